"""Credentials, and what an installation is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from callboard.client.models.document import Document, Titled, time

__all__ = ["ApiKey", "DemoAccount", "Info"]


class ApiKey(Titled):
    """An API key. `token` is whole only in the answer that issued it."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """By which it is revoked."""
        return str(self.raw["id"])

    @property
    def token(self) -> str:
        """The credential; masked in lists."""
        return str(self.raw["token"])

    @property
    def name(self) -> str:
        """What it is for."""
        return str(self.raw["name"])

    @property
    def privileges(self) -> tuple[str, ...]:
        """What it may do."""
        return tuple(self.raw["privileges"])

    @property
    def processes(self) -> tuple[Mapping[str, Any], ...]:
        """What it is limited to: `scenario`, `actors`, `actions`."""
        return tuple(self.raw.get("processes") or ())

    @property
    def service(self) -> str | None:
        """The service that it acts as."""
        return self.raw.get("service")

    @property
    def issued(self) -> datetime | None:
        """When it was made."""
        return time(self.raw.get("issued"))

    @property
    def expiration(self) -> datetime | None:
        """When it ends."""
        return time(self.raw.get("expiration"))

    @property
    def last_used(self) -> datetime | None:
        """When it was used last, to the minute."""
        return time(self.raw.get("lastUsed"))

    @property
    def revoked(self) -> datetime | None:
        """When it was revoked; None while it counts."""
        return time(self.raw.get("revoked"))


class DemoAccount(Document):
    """Somebody to try things as, in development mode."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """The user's id."""
        return str(self.raw["id"])

    @property
    def name(self) -> str:
        """The user's name."""
        return str(self.raw["name"])

    @property
    def roles(self) -> tuple[str, ...]:
        """The user's roles."""
        return tuple(self.raw["roles"])

    @property
    def token(self) -> str:
        """A token that is ready to use."""
        return str(self.raw["token"])


class Info(Document):
    """What an installation is."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.raw["name"])

    @property
    def version(self) -> str:
        """The version of Callboard."""
        return str(self.raw["version"])

    @property
    def environment(self) -> str:
        """`development` or `production`."""
        return str(self.raw["env"])
