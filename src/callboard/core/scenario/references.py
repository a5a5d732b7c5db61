"""The schemas on the web that a scenario, or such a schema, refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from callboard.core.scenario.places import ROOT, Place
from callboard.core.schema.bundle import METASCHEMA
from callboard.core.schema.uris import resolve
from callboard.core.values import Json

__all__ = ["web_references"]

WEB: Final = "https:"
KEYS: Final = ("$ref", "$dynamicRef", "schema")


def web_references(value: Json, base: str = "") -> Iterator[tuple[str, Place]]:
    """Their `https:` addresses, each with the first place that names it.

    `base` is the address of the value itself, to which others may be relative.

    >>> [uri for uri, _ in web_references({"vars": {"a": {"$ref": "https://a.example/b#/c"}}})]
    ['https://a.example/b']
    """
    if base and isinstance(value, dict) and isinstance(value.get("$id"), str):
        base = resolve(base, str(value["$id"]))
    told = {METASCHEMA, base}
    waiting: list[tuple[Json, Place]] = [(value, ROOT)]
    while waiting:
        part, place = waiting.pop()
        if isinstance(part, list):
            waiting.extend((item, place / index) for index, item in enumerate(part))
        elif isinstance(part, dict):
            waiting.extend((item, place / key) for key, item in part.items())
            for key in KEYS:
                named = part.get(key)
                uri = resolve(base, named) if isinstance(named, str) else ""
                if uri.startswith(WEB) and uri not in told:
                    told.add(uri)
                    yield uri, place / key
