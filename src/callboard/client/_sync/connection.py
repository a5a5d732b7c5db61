"""The connection to one server: sends calls, tries again where that is right, raises problems."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

import httpx

from callboard.client.calls import Call, next_page
from callboard.client.errors import problem
from callboard.client.pause import pause
from callboard.client.retry import Course, Retry
from callboard.client.token import Token, bearer

__all__ = ["Connection"]

ERROR = 400


class Connection:
    """Calls to one server, with one credential."""

    def __init__(
        self,
        base_url: str,
        *,
        token: Token | None,
        timeout: float | httpx.Timeout,
        limits: httpx.Limits,
        retry: Retry,
        headers: Mapping[str, str] | None,
        verify: bool | SSLContext,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self.retry = retry
        self._token = token
        self._http = httpx.Client(
            base_url=base_url,
            timeout=timeout,
            limits=limits,
            headers=headers,
            verify=verify,
            transport=transport,
        )
        if self._http.base_url.scheme not in ("http", "https") or not self._http.base_url.host:
            raise ValueError(f"{base_url!r} is no address of a server: https://host")

    @property
    def url(self) -> str:
        """Where the server is."""
        return str(self._http.base_url)

    def send(self, call: Call) -> httpx.Response:
        """The answer to a call. Raises `ProblemError` and `UnreachableError`."""
        course = Course(self.retry, repeatable=call.repeatable, renewable=callable(self._token))
        while True:
            try:
                response = self._http.send(self._request(call))
            except httpx.RequestError as error:
                wait = course.after_failure(error)
            else:
                if response.status_code < ERROR:
                    return response
                wait = course.after_answer(response)
            pause(wait)

    def read(self, call: Call) -> Any:
        """The JSON of the answer to a call."""
        response = self.send(call)
        return response.json()

    def pages(self, call: Call) -> Iterator[list[Any]]:
        """The pages of a list, as long as `Link` leads on."""
        following: Call | None = call
        while following is not None:
            response = self.send(following)
            yield response.json()
            following = next_page(call, response.links.get("next", {}).get("url"))

    @contextmanager
    def open(self, call: Call, silence: float) -> Generator[httpx.Response]:
        """An answer whose body is read as it comes; after this many seconds without any it is
        taken for broken. Raises `ProblemError`, and httpx' own errors.
        """
        request = self._request(call)
        request.extensions["timeout"] |= {"read": silence}
        response = self._http.send(request, stream=True)
        try:
            if response.status_code >= ERROR:
                response.read()
                raise problem(response)
            yield response
        finally:
            response.close()

    def _request(self, call: Call) -> httpx.Request:
        headers = dict(call.headers) | bearer(self._token)
        return self._http.build_request(
            call.method, call.path, params=call.params, headers=headers, content=call.body
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
