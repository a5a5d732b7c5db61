"""The OpenAPI 3.1 document, written from the declarations of the routes and nothing else.

Invariant: pure: the same routes give the same document, key by key in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from callboard.core.values import Json, JsonObject
from callboard.server.problems import PROBLEM_TYPE, TITLES, status_code_name
from callboard.server.route import JSON_TYPE, PUBLIC, Answer, Body, Parameter, Route
from callboard.server.shapes import COMPONENTS, HEADERS, ref

__all__ = ["openapi", "problem_statuses"]

DESCRIPTION: Final = """\
Processes that people, teams and services act out together.

Send `Authorization: Bearer TOKEN` with a JWT or an API key. Every error is a problem document
(RFC 9457) whose `errors` lists everything that is wrong.
"""

TAGS: Final = {
    "scenarios": "What can be acted out.",
    "processes": "What is being acted out.",
    "tasks": "What waits for you.",
    "API keys": "Credentials for programs.",
    "operators": "What those who look after processes can do, with `process:super`.",
    "system": "This installation.",
}

PROBLEM_HEADERS: Final = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def problem_statuses(route: Route) -> tuple[int, ...]:
    """The statuses of all problems that a route may answer with."""
    statuses = {400, 500, *route.problems}
    if route.counted:
        statuses.add(429)
    if route.privilege is not PUBLIC:
        statuses |= {401, 403, 503}
    if route.body is not None:
        statuses |= {408, 413, 415}
    return tuple(sorted(statuses))


def openapi(routes: Sequence[Route], *, version: str) -> JsonObject:
    """The document of these routes."""
    shown = [route for route in routes if not route.hidden]
    paths: JsonObject = {}
    for route in shown:
        item = paths.setdefault(route.path, {})
        assert isinstance(item, dict)
        item[route.method.lower()] = _operation(route)
    statuses = sorted({status for route in shown for status in problem_statuses(route)})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Callboard",
            "version": version,
            "summary": "A workflow engine",
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": _bearer()},
            "schemas": dict[str, Json](COMPONENTS),
            "responses": {str(status): _problem(status) for status in statuses},
            "headers": dict[str, Json](HEADERS),
        },
    }


def _bearer() -> JsonObject:
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A JWT, or an API key (`lfl_…`).",
    }


def _operation(route: Route) -> JsonObject:
    operation: JsonObject = {
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [route.tag],
    }
    text = _description(route)
    if text:
        operation["description"] = text
    shown = [item for item in route.parameters if not item.hidden]
    if shown:
        operation["parameters"] = [_parameter(item) for item in shown]
    if route.body is not None:
        operation["requestBody"] = _body(route.body)
    operation["responses"] = _responses(route)
    operation["security"] = [] if route.privilege is PUBLIC else [{"bearer": []}]
    return operation


def _description(route: Route) -> str:
    if not isinstance(route.privilege, tuple):
        return route.description
    names = " or ".join(f"`{privilege}`" for privilege in route.privilege)
    return f"{route.description}\n\nNeeds the privilege {names}.".strip()


def _parameter(item: Parameter) -> JsonObject:
    parameter: JsonObject = {
        "name": item.name,
        "in": item.place,
        "required": item.place == "path",
        "description": item.description,
        "schema": item.schema,
    }
    if item.place == "query" and item.schema.get("type") == "boolean":
        parameter["allowEmptyValue"] = True  # `?all` is `?all=true`
    if item.example is not None:
        parameter["example"] = item.example
    return parameter


def _body(body: Body) -> JsonObject:
    content: JsonObject = {}
    for kind, schema in body.content.items():
        entry: JsonObject = {"schema": schema}
        examples: JsonObject = {
            name: {"summary": example.summary, "value": example.value}
            for name, example in body.examples.items()
            if kind == JSON_TYPE or isinstance(example.value, str)
        }
        if examples:
            entry["examples"] = examples
        content[kind] = entry
    return {"required": body.required, "description": body.description, "content": content}


def _responses(route: Route) -> JsonObject:
    responses: JsonObject = {str(answer.status): _answer(answer) for answer in route.answers}
    for status in problem_statuses(route):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return responses


def _answer(answer: Answer) -> JsonObject:
    response: JsonObject = {"description": answer.description}
    response["headers"] = _headers((*answer.headers, "X-Request-Id"))
    if answer.schema is not None:
        entry: JsonObject = {"schema": answer.schema}
        if answer.example is not None:
            entry["example"] = answer.example
        response["content"] = dict.fromkeys(answer.media_types, entry)
    return response


def _problem(status: int) -> JsonObject:
    code = status_code_name(status)
    title = TITLES[code][1]
    example: JsonObject = {
        "type": f"urn:callboard:problem:{code}",
        "title": title,
        "status": status,
        "detail": f"{title}.",
        "errors": [],
    }
    return {
        "description": title,
        "headers": _headers((*PROBLEM_HEADERS.get(status, ()), "X-Request-Id")),
        "content": {PROBLEM_TYPE: {"schema": ref("Problem"), "example": example}},
    }


def _headers(names: Iterable[str]) -> JsonObject:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
