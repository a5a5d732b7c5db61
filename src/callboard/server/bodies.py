"""What a body says: its text, its JSON value, or an object of a declared shape.

Theory: the media type decides how the bytes are read; the value is then the same whatever it came
as. JSON is read strictly, because two readers that disagree about a document are a hole
(architecture: 9, rule 7).

Invariants: an empty body is no value, whatever its type says; a body without a type is taken for
JSON. Specification: api, details 2.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from callboard.core.scenario.text import load_json
from callboard.core.schema.check import Checker, compile_schema
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import InvalidError, Reason, TextError, UnsupportedError, told
from callboard.ports.records import MediaType
from callboard.server.messages import Call
from callboard.server.negotiation import YAML_TYPES, media_type
from callboard.server.shapes import COMPONENTS
from callboard.server.suggest import unknown

__all__ = ["read_object", "read_scenario", "read_value"]

CHARSETS: Final = frozenset({None, "utf-8", "utf8", "us-ascii"})
ONLY_JSON: Final = ("application/json",)


def read_value(call: Call, *, texts: bool = False) -> Json | Absent:
    """Any JSON value, or absent when the body is empty; with `texts`, `text/plain` is a string.

    Raises `UnsupportedError` for another media type, `TextError` for what is no JSON.
    """
    if not call.body:
        return ABSENT
    kind = _kind(call)
    if texts and kind == "text/plain":
        return _decode(call.body)
    if kind not in {"", "application/json"} and not kind.endswith("+json"):
        raise _unsupported(kind, ("application/json", "text/plain") if texts else ONLY_JSON)
    return load_json(call.body, max_depth=call.edge.limits.document_depth)


def read_object(call: Call, shape: str) -> JsonObject:
    """An object of a shape that `shapes.COMPONENTS` names.

    Raises `InvalidError` with everything that is wrong with it.
    """
    value = read_value(call)
    if isinstance(value, Absent):
        raise InvalidError("The body is empty; it should be a JSON object.")
    reasons = [_explained(reason, value, shape) for reason in checker(shape).check(value)]
    if reasons or not isinstance(value, dict):
        raise InvalidError(told(reasons), reasons)
    return value


def read_scenario(call: Call) -> tuple[str, MediaType]:
    """The text of a scenario and its media type, JSON or YAML."""
    if not call.body:
        raise InvalidError("The body is empty; it should be a scenario in JSON or YAML.")
    kind, text = _kind(call), _decode(call.body)
    if kind in YAML_TYPES:
        return text, "application/yaml"
    if kind == "application/json" or kind.endswith("+json"):
        return text, "application/json"
    if kind == "":
        return text, "application/json" if text.lstrip().startswith("{") else "application/yaml"
    raise _unsupported(kind, ("application/json", "application/yaml"))


@cache
def checker(shape: str) -> Checker:
    """The compiled schema of a shape."""
    return compile_schema({**COMPONENTS[shape], "components": {"schemas": dict(COMPONENTS)}})


def _explained(reason: Reason, value: Json, shape: str) -> Reason:
    """The reason; of unknown names at the top it says which name was meant."""
    known = COMPONENTS[shape].get("properties")
    if reason.keyword != "additionalProperties" or reason.pointer or not isinstance(value, dict):
        return reason
    if not isinstance(known, dict):
        return reason
    message = " ".join(unknown("property", name, known) for name in value if name not in known)
    return Reason(reason.code, message, reason.pointer, reason.keyword, reason.details)


def _kind(call: Call) -> str:
    """The media type. Raises `UnsupportedError` for a charset or an encoding we do not read."""
    encoding = call.headers.get(b"content-encoding")
    if encoding is not None and encoding.lower() != b"identity":
        raise UnsupportedError("Send the body as it is, without Content-Encoding.")
    kind, charset = media_type(call.headers.get(b"content-type"))
    if charset not in CHARSETS:
        raise UnsupportedError("Send the body in UTF-8.")
    return kind


def _unsupported(kind: str, possible: tuple[str, ...]) -> UnsupportedError:
    names = " or ".join(possible)
    return UnsupportedError(f'A body of type "{kind[:80]}" is not read here. Send {names}.')


def _decode(body: bytes) -> str:
    """The bytes as UTF-8 text. Raises `TextError` at the first byte that is none."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _misplaced(body[: error.start], "The body is not UTF-8") from None
    if "\0" in text:
        raise _misplaced(body[: body.index(0)], "The body holds a NUL character")
    return text


def _misplaced(before: bytes, message: str) -> TextError:
    line = before.count(b"\n") + 1
    column = len(before) - (before.rfind(b"\n") + 1) + 1
    return TextError(message, line=line, column=column)
