"""The settings of the provider `smtp`, and what cannot be one of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from callboard.transports.mail_addresses import is_address, is_pattern

__all__ = ["PLACE", "SmtpConfig"]

LONGEST: Final = 3_600.0
HOST: Final = re.compile(r"[A-Za-z0-9._:-]+")
PLACE: Final = "{process}"
LINK: Final = re.compile(r"https?://[^\s{}<>\"/]+/?[^\s{}<>\"]*")
PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """Settings of a service that is told by mail: a person. No answer comes by mail; people act
    where the link leads.
    """

    host: str
    """Name of the mail server."""
    sender: str
    """Address that the mails are from."""
    sender_name: str = "Callboard"
    """Name that the mails are from."""
    to: tuple[str, ...] = ()
    """Addresses that all mails go to, unless the message has a `to` that is allowed."""
    allow_to: tuple[str, ...] = ()
    """Addresses that a message may be sent to by its own `to`: `ann@example.com`, `*@example.com`,
    or `*` for all. Authors of scenarios and users may decide them, so without it none are."""
    link: str = ""
    """Address of the task for people, as in `https://app.example.com/tasks/{process}`. It is opened
    by GET, also by programs that look into mails, so it must lead to a page and do nothing."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted: from the second command on, from the start, or not."""
    port: int = 0
    """Port of the server; 0 is 587, 465 or 25, by `security`."""
    user: str = ""
    """Who the engine is, where the server asks for user and password."""
    password: str = field(default="", repr=False)
    """Its password."""
    ca_file: Path | None = None
    """Certificates (PEM) by which the server is trusted, instead of those of the system."""
    timeout: float = 30.0
    """How long it may take until the server has taken a mail, in seconds."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be used."""
        if not HOST.fullmatch(self.host):
            raise ValueError("host is to be the name of a server.")
        if not 0 <= self.port < 65_536:
            raise ValueError("port is to be below 65536.")
        if not (math.isfinite(self.timeout) and 0 < self.timeout <= LONGEST):
            raise ValueError(f"timeout is to be more than 0 and at most {LONGEST:g} seconds.")
        if self.link and not LINK.fullmatch(self.link.replace(PLACE, "")):
            raise ValueError(f"link is to be an http or https address; {PLACE} stands for the id.")
        self._check_people()
        self._check_identity()

    def _check_people(self) -> None:
        if not all(map(is_address, (self.sender, *self.to))):
            raise ValueError("sender and to are to be addresses like ann@example.com.")
        if not all(map(is_pattern, self.allow_to)):
            raise ValueError("allow_to is to hold ann@example.com, *@example.com or *.")
        if not (self.to or self.allow_to):
            raise ValueError("to or allow_to is missing: nobody could be written to.")
        if not self.sender_name.isprintable():
            raise ValueError("sender_name is to be on one line.")

    def _check_identity(self) -> None:
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password belong together.")
        if self.user and self.security == "none":
            raise ValueError("user and password are only sent encrypted; security is none.")

    @property
    def chosen_port(self) -> int:
        """The port that is meant."""
        return self.port or PORTS[self.security]
