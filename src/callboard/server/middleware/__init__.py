"""The stages of a request, a concern a file; `server.app` calls them in their order."""

from __future__ import annotations

from callboard.server.middleware.authentication import admit
from callboard.server.middleware.body import read_body
from callboard.server.middleware.request_id import identify
from callboard.server.middleware.security_headers import SecurityHeaders

__all__ = ["SecurityHeaders", "admit", "identify", "read_body"]
