"""Requests as the engine sends them, to an ASGI application in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from callboard.signing import key_of, signature
from callboard.worker import Worker
from callboard.worker.webhook import WebhookApp

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
NOW = 1_800_000_000
PROCESS = "3f1c0b52-6f5c-4f0f-9d0d-2c5ed4a4f1b1"
STANDARD = {
    "process": {"id": PROCESS, "title": "Flour", "scenario": {"id": "0-0", "name": "supply"}},
    "actions": [{"key": "reserve", "title": "Reserve", "actor": ["service:stock"]}],
    "instructions": "Put it aside.",
    "etag": "abc",
}


def post(
    app: Any,
    body: Any = STANDARD,
    path: str = "/stock",
    *,
    message_id: str = "m-1",
    secrets: tuple[str, ...] = (SECRET,),
    at: int = NOW,
    **headers: str | None,
) -> Callable[[], Any]:
    """A request; `_` in the name of a header is `-`, one that is None is left out."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    made: dict[str, str | None] = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "callboard-process": PROCESS,
        "callboard-etag": "abc",
        "webhook-signature": signature([key_of(one) for one in secrets], message_id, at, content),
    }
    made |= {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value.encode("latin-1") for name, value in made.items() if value is not None}

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://worker.test") as client:
            return await client.post(path, content=content, headers=sent)

    return send


def application(worker: Worker, secret: Any = SECRET, **options: Any) -> WebhookApp:
    """The application of a worker, at a time of its own."""
    return WebhookApp(worker._desk(), secret=secret, now=lambda: NOW, **options)
