"""The connection to one server: sends calls, tries again where that is right, raises problems."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ssl import SSLContext
from typing import Any

import httpx

from callboard.client.calls import Call, next_page
from callboard.client.errors import problem
from callboard.client.pause import pause_async
from callboard.client.retry import Course, Retry
from callboard.client.token import AsyncToken, bearer_async

__all__ = ["AsyncConnection"]

ERROR = 400


class AsyncConnection:
    """Calls to one server, with one credential."""

    def __init__(
        self,
        base_url: str,
        *,
        token: AsyncToken | None,
        timeout: float | httpx.Timeout,
        limits: httpx.Limits,
        retry: Retry,
        headers: Mapping[str, str] | None,
        verify: bool | SSLContext,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.retry = retry
        self._token = token
        self._http = httpx.AsyncClient(
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

    async def send(self, call: Call) -> httpx.Response:
        """The answer to a call. Raises `ProblemError` and `UnreachableError`."""
        course = Course(self.retry, repeatable=call.repeatable, renewable=callable(self._token))
        while True:
            try:
                response = await self._http.send(await self._request(call))
            except httpx.RequestError as error:
                wait = course.after_failure(error)
            else:
                if response.status_code < ERROR:
                    return response
                wait = course.after_answer(response)
            await pause_async(wait)

    async def read(self, call: Call) -> Any:
        """The JSON of the answer to a call."""
        response = await self.send(call)
        return response.json()

    async def pages(self, call: Call) -> AsyncIterator[list[Any]]:
        """The pages of a list, as long as `Link` leads on."""
        following: Call | None = call
        while following is not None:
            response = await self.send(following)
            yield response.json()
            following = next_page(call, response.links.get("next", {}).get("url"))

    @asynccontextmanager
    async def open(self, call: Call, silence: float) -> AsyncGenerator[httpx.Response]:
        """An answer whose body is read as it comes; after this many seconds without any it is
        taken for broken. Raises `ProblemError`, and httpx' own errors.
        """
        request = await self._request(call)
        request.extensions["timeout"] |= {"read": silence}
        response = await self._http.send(request, stream=True)
        try:
            if response.status_code >= ERROR:
                await response.aread()
                raise problem(response)
            yield response
        finally:
            await response.aclose()

    async def _request(self, call: Call) -> httpx.Request:
        headers = dict(call.headers) | await bearer_async(self._token)
        return self._http.build_request(
            call.method, call.path, params=call.params, headers=headers, content=call.body
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()
