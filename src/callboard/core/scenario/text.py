"""Reading texts: a scenario in YAML or JSON, or the JSON of a request.

`load` gives the value that a text means, `load_document` also where in the text each part of it
stands. Both refuse what readers understand differently, so that a document means the same
everywhere: duplicate keys, NUL, numbers that no double holds, more nesting or more values than the
limits allow. Specification: language, section 1 and details 13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal, TypeAlias

import orjson

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.forms.compose import compose
from callboard.core.scenario.forms.construct import construct
from callboard.core.scenario.forms.places import Places, json_places, yaml_places
from callboard.core.scenario.forms.source import Place, decoded, encoded
from callboard.core.scenario.forms.strict_json import read_json
from callboard.core.scenario.tags import TAGS, Tags
from callboard.core.values import Json
from callboard.errors import TextError

Format: TypeAlias = Literal["yaml", "json"]

__all__ = ["Document", "Format", "Place", "load", "load_document", "load_json"]


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a text, and where its parts stand, which is worked out when first asked for."""

    value: Json
    format: Format
    _find_places: Callable[[], Places]

    @property
    def positions(self) -> Mapping[str, Place]:
        """JSON Pointer → line and column of the value there, both from 1."""
        return self._find_places().values

    @property
    def key_positions(self) -> Mapping[str, Place]:
        """JSON Pointer → line and column of the key that leads to the value there."""
        return self._find_places().keys

    def place(self, pointer: str, *, key: bool = False) -> Place:
        """Where a value (or its key) stands; where the nearest thing around it does, if it has no
        place of its own: it is missing, or a tag made it.

        >>> load_document("states:\\n  initial: {on: go}").place("/states/initial/goto")
        Place(line=2, column=12)
        """
        return self._find_places().nearest(pointer, key=key)


def load(
    text: str | bytes,
    *,
    format: Format | None = None,  # noqa: A002 (a public name) (the name that callers read best)
    limits: Limits = DEFAULT_LIMITS,
    tags: Tags = TAGS,
) -> Json:
    """The value of a text in YAML 1.2 with tags, or in JSON.

    Without a `format` a text that is JSON is read as JSON, any other as YAML. An empty YAML text is
    null. Raises TextError, with line and column, for what is neither or is refused.

    >>> load("if: !ref vars.amount > 500")
    {'if': {'<ref>': 'vars.amount > 500'}}
    """
    return load_document(text, format=format, limits=limits, tags=tags).value


def load_document(
    text: str | bytes,
    *,
    format: Format | None = None,  # noqa: A002
    limits: Limits = DEFAULT_LIMITS,
    tags: Tags = TAGS,
) -> Document:
    """As `load`, and with the places of everything in the text."""
    data = encoded(text)
    if len(data) > limits.text_bytes:
        raise TextError(f"The text is larger than {limits.text_bytes} bytes.")
    if format == "json" or (format is None and _looks_like_json(data)):
        value = read_json(data, limits.document_depth)
        return Document(value, "json", cache(partial(json_places, data.decode())))
    root = compose(decoded(data), limits)
    return Document(
        None if root is None else construct(root, tags, limits),
        "yaml",
        cache(partial(yaml_places, root, tags)),
    )


def load_json(data: bytes, *, max_depth: int = DEFAULT_LIMITS.document_depth) -> Json:
    """The value of a JSON text in UTF-8, such as the body of a request.

    Raises TextError, with line and column, for what is no JSON, and for duplicate keys, integers of
    2⁵³ or more, NUL, lone surrogates, and nesting beyond `max_depth`. Its size is the caller's to
    bound; the work grows with it and not faster.

    >>> load_json(b'{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    """
    return read_json(encoded(data), max_depth)


def _looks_like_json(data: bytes) -> bool:
    """Whether a text of unknown form is JSON; most YAML begins in another way."""
    if not data.lstrip(b" \t\r\n").startswith((b"{", b"[")):
        return False
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True
