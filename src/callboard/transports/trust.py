"""Whom connections with TLS trust."""

from __future__ import annotations

import ssl
from pathlib import Path

__all__ = ["trusting"]


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Checks certificates and names by these authorities (PEM), or by those of the system. Raises
    `ValueError` for a file that cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise ValueError("ca_file is to be a file of certificates (PEM).") from None
