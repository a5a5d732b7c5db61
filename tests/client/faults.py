"""Networks that fail: transports between a client and its server."""

from __future__ import annotations

from collections.abc import Iterable

import httpx


class Losing(httpx.HTTPTransport):
    """Does what is asked, and loses the first answers: the connection was cut after the commit."""

    def __init__(self, answers: int = 1) -> None:
        super().__init__()
        self.left = answers
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        response = super().handle_request(request)
        if self.left:
            self.left -= 1
            response.read()
            response.close()
            raise httpx.ReadError("cut", request=request)
        return response


class Answering(httpx.BaseTransport):
    """Gives these answers, one after the other; an exception is raised."""

    def __init__(self, answers: Iterable[httpx.Response | Exception]) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def problem(status: int, code: str = "", **headers: str) -> httpx.Response:
    """A problem, as a server tells it."""
    document = {"type": f"urn:callboard:problem:{code}", "title": "No", "detail": "Not so."}
    return httpx.Response(
        status, json=document, headers={name.replace("_", "-"): v for name, v in headers.items()}
    )
