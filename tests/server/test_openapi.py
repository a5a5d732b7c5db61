"""The OpenAPI document says what the routes declare, and both say what the seed of the API says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from callboard.server.app import ROUTES
from callboard.server.openapi import openapi, problem_statuses
from callboard.server.route import PUBLIC, Answer, Parameter, Route, RouteError
from callboard.server.router import Router
from callboard.server.shapes import COMPONENTS
from tests.server.contract import DOCUMENT

SEED: Any = json.loads((Path(__file__).parent / "seed-operations.json").read_text())


def shown() -> list[Route]:
    return [route for route in ROUTES if not route.hidden]


def test_the_document_is_valid():
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_server_shows_the_document(server):
    document = server.get("/openapi.json").json()
    assert document == {**DOCUMENT, "info": {**DOCUMENT["info"], "version": "0.1.0"}}


def test_every_route_is_in_the_document_and_nothing_else():
    declared = {(route.path, route.method.lower()) for route in shown()}
    documented = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert declared == documented


@pytest.mark.parametrize("route", shown(), ids=lambda route: route.operation)
def test_an_operation_says_what_its_route_declares(route):
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    parameters = {(item["name"], item["in"]) for item in operation.get("parameters", ())}
    assert parameters == {(p.name, p.place) for p in route.parameters if not p.hidden}
    statuses = {str(answer.status) for answer in route.answers} | set(
        map(str, problem_statuses(route))
    )
    assert set(operation["responses"]) == statuses
    assert ("requestBody" in operation) is (route.body is not None)
    assert (operation["security"] == []) is (route.privilege is PUBLIC)
    assert operation["operationId"] == route.operation


@pytest.mark.parametrize("operation", SEED, ids=lambda item: f"{item['method']} {item['path']}")
def test_every_operation_of_the_seed_is_there(operation):
    ours = DOCUMENT["paths"][operation["path"]][operation["method"]]
    assert ours["summary"] == operation["summary"]
    assert set(operation["responses"]) <= set(ours["responses"])
    named = {item["name"] for item in ours.get("parameters", ())}
    assert set(operation["parameters"]) <= named
    assert bool(ours["security"]) is operation["secured"]
    content = ours.get("requestBody", {"content": {}})["content"]
    assert set(operation["bodies"]) <= set(content)


def test_every_shape_is_used():
    text = json.dumps(DOCUMENT)
    unused = [name for name in COMPONENTS if f'"#/components/schemas/{name}"' not in text]
    assert unused == []


def test_the_document_is_the_same_every_time():
    assert json.dumps(openapi(ROUTES, version="1")) == json.dumps(openapi(ROUTES, version="1"))


async def nothing(_call: object) -> Any:
    raise AssertionError


def route(**changes: Any) -> Route:
    given = {
        "method": "GET",
        "path": "/a",
        "endpoint": nothing,
        "privilege": PUBLIC,
        "operation": "a",
        "summary": "A",
        "tag": "system",
        "answers": (Answer(200, "Yes"),),
    }
    return Route(**(given | changes))


@pytest.mark.parametrize("privilege", [(), ("process:fly",), None, "process:read"])
def test_a_route_without_a_privilege_is_refused(privilege):
    with pytest.raises(RouteError, match="privilege"):
        route(privilege=privilege)


def test_a_route_cannot_forget_its_privilege():
    with pytest.raises(TypeError, match="privilege"):
        Route(method="GET", path="/a", endpoint=nothing, operation="a", summary="A", tag="system")


@pytest.mark.parametrize("path", ["/a/{id}", "/a/{x}/{y}"])
def test_a_place_in_the_path_must_be_declared(path):
    with pytest.raises(RouteError, match="path parameters"):
        route(path=path)


def test_routes_that_cannot_be_told_apart_are_refused():
    def placed(name: str) -> Route:
        place = Parameter(name, "path", {"type": "string"}, "A place")
        return route(path=f"/a/{{{name}}}", parameters=(place,))

    with pytest.raises(RouteError, match="twice"):
        Router([route(), route()])
    with pytest.raises(RouteError, match="unlike"):
        Router([placed("x"), placed("y")])
