"""The stages of a request, a concern a file; `server.app` calls them in their order."""

from __future__ import annotations

from callboard.server.middleware.authentication import Admission
from callboard.server.middleware.body import read_body
from callboard.server.middleware.browsers import Browsers
from callboard.server.middleware.rate import RateLimiter
from callboard.server.middleware.request_id import identify
from callboard.server.middleware.security_headers import SecurityHeaders

__all__ = ["Admission", "Browsers", "RateLimiter", "SecurityHeaders", "identify", "read_body"]
