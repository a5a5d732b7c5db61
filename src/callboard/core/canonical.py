"""Canonical JSON, and what is worked out from it: hashes of events and ids of scenarios.

Two documents that are equal as JSON have the same canonical bytes (RFC 8785), so their hashes and
name-based ids agree everywhere. The bytes of most documents come straight from a fast encoder that
sorts keys. It differs from RFC 8785 in a few places only, and each is looked for first:

- floats: JavaScript prints 1.0 as `1`, 1e16 in full, 1e-7 with an exponent; NaN has no text at all;
- keys with characters above U+D7FF: RFC 8785 sorts by UTF-16 units, the encoder by code points.

A document with such a float or key is normalised first, or left to the reference implementation.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import msgspec
import orjson
import rfc8785

from callboard.core.values import Json, JsonObject
from callboard.errors import CanonicalError

Hasher: TypeAlias = Callable[[bytes], str]
"""From canonical bytes to the text of their hash."""

SCENARIO_SCHEMA: Final = "https://schemas.letsflow.io/v1.0/scenario"
"""The `$schema` of a scenario that names none."""

_SORTED: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_FLOAT_MARK: Final = 0xCB
"""The byte that opens every float in MessagePack."""
_BELOW_ASTRAL: Final = bytes(range(0xEE))
"""The bytes of UTF-8 that no character above U+D7FF starts with."""
_SAFE: Final = 2**53

_pack = msgspec.msgpack.Encoder().encode


def canonical(value: Json) -> bytes:
    """The canonical JSON of a value, by RFC 8785, as UTF-8.

    Raises CanonicalError for what JSON cannot hold exactly: NaN and infinity, integers of 2⁵³ or
    more, lone surrogates, keys that are no text, and nesting of more than 254 levels.

    >>> canonical({"b": [1.0, 1e21], "a": None})
    b'{"a":null,"b":[1,1e+21]}'
    """
    encoded = _encode(value)
    # Packing is the cheapest way to learn that there is no float: its mark is then nowhere. The
    # same byte inside a text or an integer only sends the document down the careful way.
    if _FLOAT_MARK not in _pack(value) and (encoded.isascii() or not _has_high_bytes(encoded)):
        return encoded
    if _is_plain((value,)):
        return encoded
    try:
        return _encode(_normal(value))
    except _UncommonError:
        return _reference(value)


def digest(value: Json) -> str:
    """The SHA-256 of a value's canonical JSON, in hexadecimal.

    >>> digest({})[:16]
    '44136fa355b3678a'
    """
    return hashlib.sha256(canonical(value)).hexdigest()


def sha256(data: bytes) -> str:
    """The default hash of an event: SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def event_hash(event: JsonObject, hasher: Hasher | None = None) -> str:
    """The hash of an event: of its canonical JSON without the field `hash`.

    `hasher` replaces SHA-256. Specification: process, Events.

    >>> event_hash({"a": 1}) == event_hash({"a": 1, "hash": "old"}) == digest({"a": 1})
    True
    """
    if "hash" in event:
        event = {key: value for key, value in event.items() if key != "hash"}
    return (hasher or sha256)(canonical(event))


def uuid5(name: str | bytes, namespace: str) -> str:
    """The name-based UUID (version 5) of `name` in the namespace, which is a UUID itself.

    Raises ValueError when the namespace is no UUID.

    >>> uuid5("www.example.com", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    '2ed6657d-e927-568b-95e1-2665a8aea6a2'
    """
    data = name.encode() if isinstance(name, str) else name
    sha1 = hashlib.sha1(uuid.UUID(namespace).bytes + data, usedforsecurity=False)
    return str(uuid.UUID(bytes=sha1.digest()[:16], version=5))


def scenario_id(document: JsonObject) -> str:
    """The id of a normalised scenario: the UUIDv5 of its canonical JSON under its `$schema`.

    It covers the document as it is given, a field `id` included. Specification: language, section 3
    and details 9.
    """
    schema = document.get("$schema")
    source = schema if isinstance(schema, str) else SCENARIO_SCHEMA
    return uuid5(canonical(document), uuid5(source, str(uuid.NAMESPACE_URL)))


class _UncommonError(Exception):
    """A document holds a float or a key that only the reference implementation writes right."""


def _encode(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=_SORTED)
    except TypeError as error:
        raise CanonicalError(f"This value has no canonical JSON: {error}.") from None


def _reference(value: Json) -> bytes:
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise CanonicalError(f"This value has no canonical JSON: {error}.") from None


def _has_high_bytes(encoded: bytes) -> bool:
    return bool(encoded.translate(None, _BELOW_ASTRAL))


def _is_plain(items: Iterable[Json]) -> bool:
    """Whether the fast encoder writes every key and number in `items` like JavaScript."""
    for item in items:
        if isinstance(item, str):
            continue
        if isinstance(item, float):
            if not (1e-4 <= abs(item) < _SAFE and item % 1):
                return False
        elif isinstance(item, dict):
            if not (_keys_are_low(item) and _is_plain(item.values())):
                return False
        elif isinstance(item, list) and not _is_plain(item):
            return False
    return True


def _keys_are_low(value: JsonObject) -> bool:
    keys = "".join(value)
    return keys.isascii() or max(keys) <= "\ud7ff"


def _normal(value: Json) -> Json:
    """The value with whole floats as integers, when that is all that it needs."""
    if isinstance(value, float):
        return _normal_number(value)
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        if not _keys_are_low(value):
            raise _UncommonError
        return {key: _normal(item) for key, item in value.items()}
    return value


def _normal_number(number: float) -> int | float:
    size = abs(number)
    if size < _SAFE and number.is_integer():
        return int(number)
    if 1e-4 <= size < _SAFE:
        return number
    raise _UncommonError
