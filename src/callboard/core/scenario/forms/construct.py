"""A tree of YAML nodes to the JSON value that it means: scalars, keys, tags, aliases, merges.

An alias shares the value of its anchor, so it costs nothing here, but whoever writes the document
out pays for it in full. Therefore what a document amounts to is counted as if it were written out,
and may hold no more values, characters and levels than the limits give.
"""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import Final, NamedTuple, TypeAlias

from callboard.core.limits import Limits
from callboard.core.scenario.forms.compose import (
    Alias,
    Map,
    Mark,
    Node,
    Scalar,
    Sequence,
    error_at,
)
from callboard.core.scenario.scalars import key_text, resolve
from callboard.core.scenario.tags import Form, Tags
from callboard.core.values import Json, JsonObject

Anchored: TypeAlias = "Scalar | Sequence | Map"

_YAML: Final = "tag:yaml.org,2002:"
_FORMS: Final[dict[type[Anchored], Form]] = {Scalar: "text", Sequence: "list", Map: "map"}
_SCALAR_TAGS: Final[dict[str, tuple[type, ...]]] = {
    "!": (str,),
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_NAMES: Final = {"text": "a text", "list": "a list", "map": "a map"}


def construct(root: Node, tags: Tags, limits: Limits) -> Json:
    """The value of a document. Raises TextError for whatever in it has no meaning."""
    return _Constructor(tags, limits).value(root, 0)


def key_of(node: Node, tags: Tags) -> str:
    """The text of a key, as JavaScript prints the value that stands there."""
    return _Constructor(tags, Limits()).key(node)


def is_merge(key: Node) -> bool:
    """Whether this key is the `<<` that merges other maps into its own."""
    return isinstance(key, Scalar) and key.plain and key.text == "<<" and key.tag is None


def merge_sources(value: Node) -> list[Map]:
    """The maps that stand behind a `<<`: one, or a list of them. Raises TextError otherwise."""
    target = value.target if isinstance(value, Alias) else value
    found: list[Map] = []
    for source in target.items if isinstance(target, Sequence) else [value]:
        node = source.target if isinstance(source, Alias) else source
        if not isinstance(node, Map) or node.tag is not None:
            raise error_at("Only a map, or a list of maps, can be merged by <<.", source.mark)
        found.append(node)
    return found


class _Made(NamedTuple):
    """The value of an anchored node, and what it amounts to when it is written out."""

    value: Json
    values: int
    characters: int
    levels: int


class _Constructor:
    """One construction; the counters say what has been made so far."""

    def __init__(self, tags: Tags, limits: Limits) -> None:
        self.tags = tags
        self.limits = limits
        self.made: dict[int, _Made] = {}
        self.values = 0
        self.characters = 0
        self.deepest = 0

    def value(self, node: Node, depth: int) -> Json:
        if isinstance(node, Alias):
            return self.reuse(node.target, depth, node.mark)
        if node.anchored:
            return self.reuse(node, depth, node.mark)
        return self.make(node, depth)

    def make(self, node: Anchored, depth: int) -> Json:
        self.values += 1
        depth += node.tag is not None  # most tags put their value one level down
        if isinstance(node, Scalar):
            self.reach(depth, node.mark)
            self.characters += len(node.text)
            return self.scalar(node, depth)
        depth += 1
        self.reach(depth, node.mark)
        value: Json = (
            [self.value(item, depth) for item in node.items]
            if isinstance(node, Sequence)
            else self.map(node, depth)
        )
        return value if node.tag is None else self.tagged(node, node.tag, value, depth)

    def reach(self, depth: int, mark: Mark | None) -> None:
        if depth > self.deepest:
            self.deepest = depth
            if depth > self.limits.document_depth:
                raise error_at(f"This is nested more than {depth - 1} levels.", mark)

    def reuse(self, node: Anchored, depth: int, mark: Mark | None) -> Json:
        """The value of an anchored node: made once, then counted at each alias."""
        made = self.made.get(id(node))
        if made is None:
            made = self.measure(node, depth)
            self.made[id(node)] = made
            return made.value
        self.values += made.values
        self.characters += made.characters
        self.check(mark)
        self.reach(depth + made.levels, mark)
        return made.value

    def measure(self, node: Anchored, depth: int) -> _Made:
        values, characters, deepest = self.values, self.characters, self.deepest
        self.deepest = depth
        value = self.make(node, depth)
        levels = self.deepest - depth
        self.deepest = max(deepest, self.deepest)
        return _Made(value, self.values - values, self.characters - characters, levels)

    def check(self, mark: Mark | None) -> None:
        if self.values > self.limits.document_nodes or self.characters > self.limits.text_bytes:
            raise error_at("With its aliases expanded this document is too large.", mark)

    def scalar(self, node: Scalar, depth: int) -> Json:
        if node.tag is not None:
            return self.tagged(node, node.tag, node.text, depth)
        return self.resolved(node) if node.plain else node.text

    def resolved(self, node: Scalar) -> Json:
        try:
            return resolve(node.text)
        except ValueError as error:
            raise error_at(f"{error}.", node.mark) from None

    def map(self, node: Map, depth: int) -> JsonObject:
        result: JsonObject = {}
        merged: set[str] = set()
        for key_node, value_node in node.pairs:
            if is_merge(key_node):
                self.merge(value_node, depth, result, merged)
                continue
            key = self.key(key_node)
            if key in result and key not in merged:
                raise error_at(f'The key "{key}" stands here twice.', key_node.mark)
            merged.discard(key)
            self.characters += len(key)
            result[key] = self.value(value_node, depth)
        return result

    def merge(self, node: Node, depth: int, result: JsonObject, merged: set[str]) -> None:
        """Give `result` the keys of the maps behind a `<<` that it does not have yet."""
        for source in merge_sources(node):
            value = self.reuse(source, depth - 1, node.mark)
            assert isinstance(value, dict)
            merged.update(value.keys() - result.keys())
            for key, item in value.items():
                result.setdefault(key, item)

    def key(self, node: Node) -> str:
        target = node.target if isinstance(node, Alias) else node
        value = self.scalar(target, 0) if isinstance(target, Scalar) else []
        if isinstance(value, (list, dict)):
            raise error_at(
                "A key must be a text; what starts with { or [, such as {{…}}, needs quotes.",
                node.mark,
            )
        return key_text(value)

    def tagged(self, node: Anchored, name: str, value: Json, depth: int) -> Json:
        """What a tag makes of the text, list or map behind it."""
        if name == "!" or name.startswith(_YAML):
            return self.standard(node, name.removeprefix(_YAML), value)
        tag = self.tags.get(name)
        if tag is None:
            near = get_close_matches(name, [known.name for known in self.tags], 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise error_at(f"The tag {name} is not known.{hint}", node.mark)
        form = _FORMS[type(node)]
        if form not in tag.forms:
            allowed = " or ".join(_NAMES[known] for known in _NAMES if known in tag.forms)
            raise error_at(f"{name} stands before {allowed}, not before {_NAMES[form]}.", node.mark)
        try:
            result = tag.build(value)
        except ValueError as error:
            raise error_at(f"{tag.name}: {error}", node.mark) from None
        if tag.foreign:
            self.admit(result, depth, node.mark)
        return result

    def admit(self, value: object, depth: int, mark: Mark | None) -> None:
        """Count what an application's tag has built, and see that it is JSON."""
        self.reach(depth, mark)
        self.values += 1
        self.check(mark)
        if isinstance(value, str):
            self.characters += len(value)
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
            self.characters += sum(map(len, value))
            for item in value.values():
                self.admit(item, depth + 1, mark)
        elif isinstance(value, list):
            for item in value:
                self.admit(item, depth + 1, mark)
        elif not (value is None or isinstance(value, int) or _is_finite(value)):
            raise error_at(f"This tag gave a value that JSON does not have: {value!r:.40}.", mark)

    def standard(self, node: Anchored, name: str, value: Json) -> Json:
        """The tags of YAML itself: `!!str`, `!!int` …, and the lone `!` that means no other."""
        if isinstance(node, Scalar):
            meant = node.text if name in ("!", "str") else self.resolved(node)
            if type(meant) in _SCALAR_TAGS.get(name, ()):
                return meant
        elif name in ("!", "seq" if isinstance(node, Sequence) else "map"):
            return value
        raise error_at(f"!!{name} cannot stand here.", node.mark)


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)
