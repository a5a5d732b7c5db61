"""Where the values and keys of a document stand in its text: JSON Pointer to line and column.

Places are worked out when somebody asks, from the nodes of a YAML text or the tokens of a JSON
text. What an alias or a merge brings in stands where it was written, the alias itself where it is
used. What a tag builds stands at its tag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from callboard.core.scenario.forms.compose import (
    Alias,
    Map,
    Node,
    Scalar,
    Sequence,
    place_of,
)
from callboard.core.scenario.forms.construct import is_merge, key_of, merge_sources
from callboard.core.scenario.forms.source import Place
from callboard.core.scenario.forms.tokens import tokens
from callboard.core.scenario.tags import Tags


@dataclass(frozen=True, slots=True)
class Places:
    """The places of values, and those of the keys that lead to them, both by JSON Pointer."""

    values: Mapping[str, Place]
    keys: Mapping[str, Place]

    def nearest(self, pointer: str, *, key: bool = False) -> Place:
        """The place of a value, or of its key; of what encloses it, when it has no place itself."""
        if key and pointer in self.keys:
            return self.keys[pointer]
        while pointer and pointer not in self.values:
            pointer = pointer.rpartition("/")[0]
        return self.values.get(pointer, Place(1, 1))


def escape(key: str) -> str:
    """A key as one part of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def yaml_places(root: Node | None, tags: Tags) -> Places:
    """The places in a YAML text whose nodes have been constructed without an error."""
    finder = _Finder(tags)
    if root is not None:
        finder.visit(root, "")
    return Places(finder.values, finder.keys)


def json_places(text: str) -> Places:
    """The places in a JSON text, which must be known to be JSON."""
    values: dict[str, Place] = {}
    keys: dict[str, Place] = {}
    for token in tokens(text):
        (keys if token.is_key else values)[token.pointer] = token.place
    return Places(values, keys)


class _Finder:
    """One walk over the nodes of a text."""

    def __init__(self, tags: Tags) -> None:
        self.tags = tags
        self.values: dict[str, Place] = {}
        self.keys: dict[str, Place] = {}

    def visit(self, node: Node, pointer: str) -> None:
        self.values[pointer] = place_of(node.mark)
        target = node.target if isinstance(node, Alias) else node
        if isinstance(target, Scalar):
            return
        tag = self.tags.get(target.tag or "")
        if tag is not None and tag.inside is None:
            return
        if tag is not None and tag.inside:
            pointer = f"{pointer}/{escape(tag.inside)}"
            self.values[pointer] = place_of(target.mark)
        if isinstance(target, Sequence):
            for index, item in enumerate(target.items):
                self.visit(item, f"{pointer}/{index}")
        else:
            self.visit_pairs(target, pointer)

    def visit_pairs(self, node: Map, pointer: str) -> None:
        for key, value in _own_last(node):
            place = f"{pointer}/{escape(key_of(key, self.tags))}"
            self.keys[place] = place_of(key.mark)
            self.visit(value, place)


def _own_last(node: Map) -> Iterator[tuple[Node, Node]]:
    """The pairs of a map, merged ones first, so that the pair that counts comes last."""
    for key, value in node.pairs:
        if is_merge(key):
            for source in reversed(merge_sources(value)):
                yield from _own_last(source)
    for key, value in node.pairs:
        if not is_merge(key):
            yield key, value
