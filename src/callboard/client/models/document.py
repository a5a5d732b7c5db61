"""What every model is: a frozen view of a JSON object.

Theory: a model is the document itself, in `raw`, with typed names for what the API promises. So
what a newer server adds, and what a scenario declares of its own, is there: `process["vars"]`,
`task.process.raw`. Names are the API's in Python's spelling, times are `datetime` in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

__all__ = ["Document", "Titled", "each", "time"]

SHOWN: Final = ("id", "key", "type", "code", "name", "title")


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """A JSON object from the server. `document["name"]` reads any of its properties."""

    raw: Mapping[str, Any]
    """The whole object, as it came."""

    def __getitem__(self, name: str) -> Any:
        return self.raw[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A property, or the default where it is missing."""
        return self.raw.get(name, default)

    def __repr__(self) -> str:
        shown = (f"{name}={self.raw[name]!r}" for name in SHOWN if name in self.raw)
        return f"{type(self).__name__}({', '.join(shown)})"


D = TypeVar("D", bound=Document)


def time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def each(kind: type[D], items: Any) -> tuple[D, ...]:
    return tuple(kind(item) for item in items or ())


class Titled(Document):
    """What has a title and perhaps a description."""

    __slots__ = ()

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.raw.get("title", ""))

    @property
    def description(self) -> str:
        """More about it; empty when there is none."""
        return str(self.raw.get("description") or "")
