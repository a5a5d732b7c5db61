"""Every answer is held against the OpenAPI document: its status, its headers, its content.

The client of these tests calls `check` on whatever comes back, so that no test can see an answer
that the document does not declare.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from callboard.server.app import ROUTES
from callboard.server.openapi import openapi

DOCUMENT: Any = openapi(ROUTES, version="test")


def check(response: httpx.Response, method: str, path: str) -> None:
    """Fail unless the document declares such an answer."""
    assert "x-request-id" in response.headers
    operation = _operation(method, path.partition("?")[0])
    if operation is None:
        assert response.status_code in (204, 304, 307, 200, 404, 405)
        return
    declared = operation["responses"].get(str(response.status_code))
    assert declared, f"{method} {path} may not answer {response.status_code}: {response.text}"
    declared = _resolved(declared)
    _check_content(response, declared.get("content"), method)


def _check_content(response: httpx.Response, content: Any, method: str) -> None:
    if content is None:
        assert response.content == b""
        return
    kind = response.headers["content-type"].partition(";")[0]
    assert kind in content
    if kind.endswith("json") and method != "HEAD":
        schema = {**content[kind]["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(response.json())


def _operation(method: str, path: str) -> Any:
    """What the document says of a request; a path without places goes before one with them."""
    paths = sorted(DOCUMENT["paths"].items(), key=lambda item: item[0].count("{"))
    for template, item in paths:
        if _pattern(template).fullmatch(path):
            return item.get("get" if method == "HEAD" else method.lower())
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", template))


def _resolved(declared: Any) -> Any:
    reference = declared.get("$ref")
    if reference is None:
        return declared
    return DOCUMENT["components"]["responses"][reference.rpartition("/")[2]]
