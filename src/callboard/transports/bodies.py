"""Bodies of messages and answers as bytes, alike for all ways (architecture 9.7).

Theory: a text is sent as text, anything else as JSON. An answer is what its media type says; on a
way that names none, what begins like a JSON object, list or text has to be JSON, what else is JSON
as a whole (a number, true, false, null) is, and everything else is text. Pure.

Invariant: what is taken for an answer is JSON that everybody reads alike, or text in UTF-8;
anything else is refused, and nothing of it is guessed.
"""

from __future__ import annotations

from typing import Final

import orjson

from callboard.core.scenario.text import load_json
from callboard.core.values import Json
from callboard.errors import TextError
from callboard.ports.transport import AnswerError
from callboard.telemetry import printable

__all__ = ["REFUSED", "content_type", "encoded", "turned_down", "typed", "untyped"]

REFUSED: Final = "callboard-refused"
"""The header, over a broker, of what is no answer but says why the message is turned down."""
LONGEST_REASON: Final = 200

CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii"})
JSON_BEGINS: Final = (b"{", b"[", b'"')
JSON_SPACE: Final = b" \t\r\n"


def encoded(body: Json) -> bytes:
    """A body as it is sent."""
    return body.encode() if isinstance(body, str) else orjson.dumps(body)


def content_type(body: Json) -> str:
    """The media type of a body as it is sent."""
    return "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"


def typed(data: bytes, content_type: str) -> Json:
    """What an answer of this media type says. Raises `AnswerError`.

    >>> typed(b'{"n": 1}', "application/problem+json"), typed(b"[1", "text/plain")
    ({'n': 1}, '[1')
    """
    kind, charset = _type(content_type)
    if charset not in CHARSETS:
        raise AnswerError("Its answer is not in UTF-8.")
    return _json(data) if kind == "application/json" or kind.endswith("+json") else _text(data)


def untyped(data: bytes) -> Json:
    """What an answer says that has no media type. Raises `AnswerError`.

    >>> untyped(b' {"n": 1}'), untyped(b"5"), untyped(b"sent"), untyped(b'"sent"')
    ({'n': 1}, 5, 'sent', 'sent')
    """
    start = data.lstrip(JSON_SPACE)[:1]
    return _json(data) if start in JSON_BEGINS or _is_json(data) else _text(data)


def turned_down(data: bytes) -> AnswerError:
    """That a service does not do what it was told, and why.

    >>> turned_down("We have none.".encode()).message
    'It turned the message down: We have none.'
    """
    reason = printable(data.decode("utf-8", "replace"), LONGEST_REASON).strip()
    return AnswerError(f"It turned the message down: {reason}")


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def _json(data: bytes) -> Json:
    try:
        return load_json(data)
    except TextError as error:
        raise AnswerError(f"Its answer cannot be read: {error.message}") from None


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise AnswerError("Its answer is not in UTF-8.") from None
    if "\0" in text:
        raise AnswerError("Its answer holds a NUL character.")
    return text


def _type(text: str) -> tuple[str, str]:
    """A media type and its charset, in lower case.

    >>> _type('Text/Plain; Charset="UTF-8"'), _type("")
    (('text/plain', 'utf-8'), ('', 'utf-8'))
    """
    kind, *parameters = text.lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charset = {name.strip(): value.strip(' "') for name, _, value in pairs}.get("charset")
    return kind.strip(), charset or "utf-8"
