"""The settings of the provider `nats`, and what cannot be one of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

__all__ = ["SUBJECT", "NatsConfig"]

LONGEST: Final = 3_600.0
SUBJECT: Final = re.compile(r"[^\s\0.*>]+(\.[^\s\0.*>]+)*")
"""A subject that something can be sent to: no wildcards, no spaces, no empty part."""
STREAM: Final = re.compile(r"[^\s\0.*>/\\]+")


@dataclass(frozen=True, slots=True)
class NatsConfig:
    """Settings of a service that is told over NATS; a JetStream stream keeps what it is told."""

    servers: tuple[str, ...]
    """Addresses of the cluster, `nats://HOST:PORT` or `tls://HOST:PORT`; one that is there is
    enough."""
    subject: str = ""
    """Where messages are sent to; without it, the name of the service. A stream has to keep it: you
    make it, the engine does not."""
    stream: str = ""
    """Name of the stream that has to keep them; without it, any that does."""
    timeout: float = 10.0
    """How long it may take until the stream has kept a message, in seconds."""
    reply: bool = False
    """The service answers, to the subject that the header `Callboard-Reply-To` names. The answers
    are kept by a stream, too, so they count across restarts."""
    reply_subject: str = ""
    """Where answers come, each at a part of its own below: a stream has to keep `reply_subject.*`.
    Without it, `replies` and the subject: `replies.stock`."""
    response_timeout: float = 30.0
    """How long an answer is waited for before the message is sent again, in seconds."""
    answer_bytes: int = 1_048_576
    """The largest answer, in bytes; a larger one is refused."""
    user: str = ""
    """Who the engine is, for servers that ask for user and password."""
    password: str = field(default="", repr=False)
    """Its password."""
    token: str = field(default="", repr=False)
    """Token, for servers that ask for one."""
    credentials: Path | None = None
    """File of credentials, as `nsc` writes it, for servers that know accounts."""
    ca_file: Path | None = None
    """Certificates (PEM) by which servers are trusted, instead of those of the system; for
    `tls://`."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be used."""
        if not self.servers:
            raise ValueError("servers is to name one at least.")
        for address in self.servers:
            _check_address(address)
        for name in ("subject", "reply_subject"):
            if getattr(self, name) and not SUBJECT.fullmatch(getattr(self, name)):
                raise ValueError(f"{name} is to be a subject without wildcards and spaces.")
        if self.stream and not STREAM.fullmatch(self.stream):
            raise ValueError("stream is to be the name of a stream.")
        for name in ("timeout", "response_timeout"):
            seconds = getattr(self, name)
            if not (math.isfinite(seconds) and 0 < seconds <= LONGEST):
                raise ValueError(f"{name} is to be more than 0 and at most {LONGEST:g} seconds.")
        if self.answer_bytes < 0:
            raise ValueError("answer_bytes is to be 0 or more.")
        self._check_identity()

    def _check_identity(self) -> None:
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password belong together.")
        if sum(map(bool, (self.user, self.token, self.credentials))) > 1:
            raise ValueError("user, token and credentials are one too many: give one of them.")


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("nats", "tls") and bool(parts.hostname) and parts.port != 0
        usable = usable and not (parts.path or parts.query or parts.fragment)
    except ValueError:
        usable = False
    if not usable or not address.isprintable() or " " in address:
        raise ValueError("servers is to hold addresses like nats://HOST:PORT.") from None
    if "@" in parts.netloc:
        raise ValueError("servers is to be without a user; that is set by user or token.")
