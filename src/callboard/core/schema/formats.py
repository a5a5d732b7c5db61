"""The formats that `format` may name, and the limits of those that have an order.

All formats of the ajv-formats list are understood (specification: language, section 5.14). Most
are checked natively; those here are checked by us, because the native checker does not know them
or reads them differently. `int32` and `int64` judge numbers, so they are rewritten to limits
(see `bundle`). `float`, `double`, `password` and `binary` refuse nothing. A format that is not in
`FORMAT_NAMES` is an annotation.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from callboard.core.schema.times import ORDERED
from callboard.core.values import Json, JsonObject

_UUID: Final = re.compile(
    r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_POINTER_FRAGMENT: Final = re.compile(
    r"#(?:/(?:[a-z0-9_\-.!$&'()*+,;:=@]|%[0-9a-f]{2}|~[01])*+)*+", re.IGNORECASE
)
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_MAILBOX: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+", re.IGNORECASE)
_URL: Final = re.compile(
    r"(?:https?|ftp)://(?:[^\s/?#@]*+@)?([^\s/?#@:]+)(?::[0-9]{2,5})?(?:[/?#]\S*)?", re.IGNORECASE
)
_NUMBERS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
# Both cases by hand: ignoring case over such a range makes the import slow.
_LETTERS: Final = re.compile(r"[a-zA-Z\u00a1-\uffff]{2,}")
_HOST_PART: Final = re.compile(r"[a-zA-Z0-9\u00a1-\uffff](?:[a-zA-Z0-9\u00a1-\uffff-]*+(?<!-))?")


def is_hostname(text: str) -> bool:
    """RFC 1123, in ASCII; a final dot is allowed.

    >>> is_hostname("mail.example.com."), is_hostname("-a.example")
    (True, False)
    """
    name = text.removesuffix(".")
    return 0 < len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))


def is_email(text: str) -> bool:
    """An address `mailbox@domain` with at least one dot in the domain, nothing quoted."""
    mailbox, at, domain = text.rpartition("@")
    return (
        bool(at)
        and "." in domain
        and not domain.endswith(".")
        and is_hostname(domain)
        and _MAILBOX.fullmatch(mailbox) is not None
        and not (mailbox.startswith(".") or mailbox.endswith(".") or ".." in mailbox)
    )


def is_url(text: str) -> bool:
    """An http, https or ftp URL of a public host: a domain with a dot, or a public IPv4 address."""
    match = _URL.fullmatch(text)
    if match is None:
        return False
    host = match[1].removesuffix(".")
    if _NUMBERS.fullmatch(host):
        return _is_public(tuple(map(int, host.split("."))))
    *parts, last = host.split(".")
    return (
        bool(parts)
        and all(_HOST_PART.fullmatch(part) for part in parts)
        and _LETTERS.fullmatch(last) is not None
    )


def _is_public(address: tuple[int, ...]) -> bool:
    first, second, _, last = address
    is_private = (
        first in (10, 127)
        or (first, second) in ((169, 254), (192, 168))
        or (first == 172 and 16 <= second <= 31)
    )
    return 1 <= first <= 223 and max(address) <= 255 and 1 <= last <= 254 and not is_private


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _is_ordered(place: Callable[[str], float | None]) -> Callable[[str], bool]:
    return lambda text: place(text) is not None


OWN_FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    **{name: _is_ordered(place) for name, place in ORDERED.items()},
    "uuid": _matches(_UUID),
    "byte": _matches(_BASE64),
    "json-pointer-uri-fragment": _matches(_POINTER_FRAGMENT),
    "hostname": is_hostname,
    "email": is_email,
    "url": is_url,
}
"""What decides a format here rather than natively."""

NUMBER_FORMATS: Final[Mapping[str, JsonObject]] = {
    "int32": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
}
"""What formats of numbers come to, for numbers."""

FORMAT_NAMES: Final = frozenset(
    (
        *OWN_FORMATS,
        *NUMBER_FORMATS,
        *("duration", "uri", "uri-reference", "uri-template", "ipv4", "ipv6", "regex"),
        *("json-pointer", "relative-json-pointer", "float", "double", "password", "binary"),
    )
)
"""Every format that is understood."""


class FormatLimit:
    """`formatMinimum` and its kin: a limit beside a `format` that has an order.

    A value that is not of the format is left to `format`.
    """

    holds: ClassVar[Callable[[float, float], bool]]

    def __init__(
        self, parent_schema: JsonObject, value: Json, schema_path: list[str | int]
    ) -> None:
        del schema_path
        self.place = ORDERED[str(parent_schema["format"])]
        self.text = str(value)
        self.limit = self.place(self.text)

    def validate(self, instance: object) -> None:
        """Raise ValueError, with the limit, when the instance is beyond it."""
        place = self.place(instance) if isinstance(instance, str) else None
        if place is not None and self.limit is not None and not type(self).holds(place, self.limit):
            raise ValueError(self.text)


class FormatMinimum(FormatLimit):
    """At or after the limit."""

    holds = operator.ge


class FormatMaximum(FormatLimit):
    """At or before the limit."""

    holds = operator.le


class FormatExclusiveMinimum(FormatLimit):
    """After the limit."""

    holds = operator.gt


class FormatExclusiveMaximum(FormatLimit):
    """Before the limit."""

    holds = operator.lt


FORMAT_LIMITS: Final[Mapping[str, type[FormatLimit]]] = {
    "formatMinimum": FormatMinimum,
    "formatMaximum": FormatMaximum,
    "formatExclusiveMinimum": FormatExclusiveMinimum,
    "formatExclusiveMaximum": FormatExclusiveMaximum,
}
