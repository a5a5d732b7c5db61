"""The settings of the provider `zeromq`, and what cannot be one of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Final, Literal

__all__ = ["ZeroMqConfig"]

LONGEST: Final = 3_600.0
TCP: Final = re.compile(r"tcp://(\[[0-9A-Fa-f:.]+(%\w+)?\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
IPC: Final = re.compile(r"ipc://\S[^\0]*")
IPC_BYTES: Final = 107
"""The longest path of a Unix socket."""
KEY: Final = re.compile(r"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")
"""A key of CurveZMQ, in Z85."""


@dataclass(frozen=True, slots=True)
class ZeroMqConfig:
    """Settings of a service that is told over ZeroMQ; the engine connects."""

    type: Literal["push", "request", "reply"]
    """`push`: to a PULL socket, no answer comes. `request`: to a REP or ROUTER socket, whose one
    frame is the answer. `reply` is another name for `request`."""
    address: str
    """Where the service listens: `tcp://HOST:PORT`, or `ipc://PATH`."""
    timeout: float = 10.0
    """How long it may take until the service takes the message, in seconds. While nobody listens
    there, or it is full, the message was not delivered."""
    receive_timeout: float = 30.0
    """How long it may take to answer, for `request`, in seconds."""
    id_frame: bool = False
    """Send the id of the message as a second frame, so that a repeat can be recognised. Without it
    the message is one frame; the standard message tells its process and `etag`."""
    answer_bytes: int = 1_048_576
    """The largest answer, in bytes; a larger one is refused."""
    server_key: str = ""
    """Public key of the service, in Z85: what is sent is encrypted, and only it can read it
    (CurveZMQ)."""
    secret_key: str = field(default="", repr=False)
    """Secret key of the engine, in Z85, by which the service knows it; without it, one is made at
    the start."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be used."""
        _check_address(self.address)
        for name in ("timeout", "receive_timeout"):
            seconds = getattr(self, name)
            if not (math.isfinite(seconds) and 0 < seconds <= LONGEST):
                raise ValueError(f"{name} is to be more than 0 and at most {LONGEST:g} seconds.")
        if not 0 <= self.answer_bytes < 2**31:
            raise ValueError("answer_bytes is to be 0 or more, and below 2 GiB.")
        for name in ("server_key", "secret_key"):
            if getattr(self, name) and not KEY.fullmatch(getattr(self, name)):
                raise ValueError(f"{name} is to be a key of 40 characters (Z85).")
        if self.secret_key and not self.server_key:
            raise ValueError("secret_key is of no use without server_key.")

    @property
    def answers(self) -> bool:
        """Whether an answer comes."""
        return self.type != "push"

    @property
    def seconds(self) -> float:
        """The longest that a delivery may take."""
        return self.timeout + (self.receive_timeout if self.answers else 0.0)


def _check_address(address: str) -> None:
    tcp = TCP.fullmatch(address)
    if tcp and 0 < int(tcp[3]) < 65_536:
        return
    path = address.removeprefix("ipc://").encode()
    if not (IPC.fullmatch(address) and len(path) <= IPC_BYTES):
        raise ValueError("address is to be tcp://HOST:PORT or ipc://PATH of a service.")
