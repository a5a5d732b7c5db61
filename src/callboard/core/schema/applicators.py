"""The keywords that hold schemas: what they hold, and which part of a value it judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from callboard.core.schema import keywords as kw
from callboard.core.schema.documents import Place
from callboard.core.schema.graph import EVERY_ITEM, EVERY_PROPERTY, Node
from callboard.core.schema.problems import schema_problem
from callboard.core.values import Json, JsonObject

Visit: TypeAlias = Callable[[Json, Place], "JsonObject | bool"]


class At(NamedTuple):
    """A keyword in a sub-schema that is being visited: what it holds, and where it goes."""

    visit: Visit
    key: str
    value: Json
    result: JsonObject
    node: Node
    place: Place


def _one(at: At) -> str:
    inner = at.place.at(at.key)
    at.result[at.key] = at.visit(at.value, inner)
    return inner.pointer


def _list(at: At) -> list[str]:
    if not isinstance(at.value, list):
        raise schema_problem(f"`{at.key}` is a list of schemas.", at.place.pointer)
    places = [at.place.among(at.key, index) for index in range(len(at.value))]
    at.result[at.key] = [
        at.visit(item, inner) for item, inner in zip(at.value, places, strict=True)
    ]
    return [inner.pointer for inner in places]


def _map(at: At) -> dict[str, str]:
    if not isinstance(at.value, dict):
        raise schema_problem(f"`{at.key}` is a map of schemas.", at.place.pointer)
    visited: JsonObject = {}
    pointers: dict[str, str] = {}
    for name, member in at.value.items():
        if at.key == "dependencies" and isinstance(member, list):
            visited[name] = member  # the older way to write `dependentRequired`
            continue
        inner = at.place.among(at.key, name)
        visited[name] = at.visit(member, inner)
        pointers[name] = inner.pointer
    at.result[at.key] = visited
    return pointers


def _in_place_one(at: At) -> None:
    at.node.in_place.append(_one(at))


def _in_place_list(at: At) -> None:
    at.node.in_place.extend(_list(at))


def _in_place_map(at: At) -> None:
    at.node.in_place.extend(_map(at).values())


def _every_property(at: At) -> None:
    at.node.children.append((EVERY_PROPERTY, _one(at)))


def _every_item(at: At) -> None:
    at.node.children.append((EVERY_ITEM, _one(at)))


def _properties(at: At) -> None:
    at.node.children.extend((f".{name}", inner) for name, inner in _map(at).items())


def _pattern_properties(at: At) -> None:
    at.node.children.extend((EVERY_PROPERTY, inner) for inner in _map(at).values())


def _prefix_items(at: At) -> None:
    at.node.children.extend((f"[{index}]", inner) for index, inner in enumerate(_list(at)))


def _definitions(at: At) -> None:
    if isinstance(at.value, dict):
        _map(at)


APPLICATORS: Final[Mapping[str, Callable[[At], None]]] = {
    **dict.fromkeys(kw.IN_PLACE_ONE, _in_place_one),
    **dict.fromkeys(kw.IN_PLACE_LIST, _in_place_list),
    **dict.fromkeys(kw.IN_PLACE_MAP, _in_place_map),
    **dict.fromkeys(kw.EVERY_PROPERTY, _every_property),
    **dict.fromkeys(kw.EVERY_ITEM, _every_item),
    **dict.fromkeys(kw.DEFINITIONS, _definitions),
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "prefixItems": _prefix_items,
}
"""What to do at each of them."""
