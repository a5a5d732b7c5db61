"""The layout of scenarios in YAML, as the shipped examples have it.

Two blanks a level, lists four; maps on one line with blanks inside their braces; `~` for null; a
folded text keeps its lines, a quoted one its quotes. ruamel.yaml keeps comments, tags and anchors;
what it writes otherwise than we do is said here.
"""

from __future__ import annotations

import io
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import TaggedScalar
from ruamel.yaml.emitter import RoundTripEmitter
from ruamel.yaml.events import MappingEndEvent
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import FoldedScalarString

WIDTH: Final = 100


def laid_out(text: str) -> str:
    """A YAML text in our layout, with its comments. Raises YAMLError when it cannot be read."""
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.Emitter = _Emitter
    yaml.Representer = _Representer
    stream = io.StringIO()
    yaml.dump(yaml.load(text), stream)
    return stream.getvalue().removeprefix("%YAML 1.2\n---").lstrip(" \n")


class _Emitter(RoundTripEmitter):
    """Writes `{ a: b }`, and `{}` for a map with nothing in it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.brace_single_entry_mapping_in_flow_sequence = True

    def expect_first_flow_mapping_key(self) -> None:
        if isinstance(self.event, MappingEndEvent):
            self.flow_map_end = "}"
            super().expect_first_flow_mapping_key()
        else:
            self.whitespace = False  # so that what comes next begins with a blank
            super().expect_first_flow_mapping_key()
        self.flow_map_end = " }"


class _Representer(RoundTripRepresenter):
    """Writes null as `~`, and keeps the lines of a folded text that has a tag, too."""

    alias_key: int | None

    def represent_none(self, data: Any) -> ScalarNode:  # noqa: ARG002 (ruamel's way of calling)
        return self.represent_scalar("tag:yaml.org,2002:null", "~")

    def represent_tagged_scalar(self, data: Any) -> ScalarNode:
        key, self.alias_key = self.alias_key, None  # aliases mean the tagged node
        lines = data.value
        if isinstance(lines, FoldedScalarString):
            lines = self.represent_folded_scalarstring(lines).value
        self.alias_key = key
        node = super().represent_tagged_scalar(data)
        node.value = lines
        return node


_Representer.add_representer(type(None), _Representer.represent_none)
_Representer.add_representer(TaggedScalar, _Representer.represent_tagged_scalar)
