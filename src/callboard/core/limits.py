"""What a stranger's scenario, expression, template, schema or text may cost at most.

One record, passed down from the edge; the defaults are what the engine ships with. Sizes are in
characters or items unless the name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of everything that comes from strangers."""

    text_bytes: int = 1_048_576
    """A scenario's text, in bytes of UTF-8."""
    document_depth: int = 128
    """Levels of nesting in a document (JSON, YAML, a response)."""
    document_nodes: int = 20_000
    """Values in a YAML document after its aliases are expanded."""
    expression_length: int = 20_000
    """An expression or template, in characters."""
    expression_depth: int = 160
    """Levels of nesting in an expression, and of nested evaluation."""
    expression_steps: int = 250_000
    """Units of work that one evaluation may use."""
    output_size: int = 1_000_000
    """Items plus characters that one evaluation may build."""
    range_length: int = 10_000
    """Items of `range()`; characters that padding may add."""
    pattern_length: int = 2_000
    """A regular expression, in characters."""
    partial_depth: int = 32
    """Templates within templates."""
    schema_cost: int = 20_000
    """Sub-schemas that a schema amounts to once its references are followed."""
    schema_patterns: int = 100
    """Regular expressions in one schema."""
    states: int = 2_000
    transitions: int = 10_000
    actors: int = 1_000
    """Actors of one process, those created at run time included."""
    process_bytes: int = 4_194_304
    """A process document, without its events, as JSON."""
    refused_bytes: int = 16_384
    """What the event of a refused step keeps of the response, and of the reasons, as JSON: a larger
    response is left out, and longer reasons are cut."""
    path_index: int = 10_000
    """The largest list index that an update path may create."""


DEFAULT_LIMITS = Limits()
