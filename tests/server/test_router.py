"""Which route answers: places that take what is left of a path."""

from __future__ import annotations

import pytest

from callboard.server.messages import Call, Response
from callboard.server.route import PUBLIC, Parameter, Route, RouteError
from callboard.server.router import Router


async def nothing(_call: Call) -> Response:
    return Response(204)


def route(path: str, *places: str) -> Route:
    parameters = tuple(Parameter(name, "path", {}, "") for name in places)
    return Route(
        "GET", path, nothing, PUBLIC, path, "", "system", parameters=parameters, hidden=True
    )


ROUTER = Router(
    [
        route("/ui/{rest...}", "rest"),
        route("/ui/static/{file...}", "file"),
        route("/ui/config"),
        route("/ui/{one}/two", "one"),
    ]
)


@pytest.mark.parametrize(
    ("path", "found", "places"),
    [
        ("/ui/a", "/ui/{rest...}", {"rest": "a"}),
        ("/ui/a/b/c", "/ui/{rest...}", {"rest": "a/b/c"}),
        ("/ui/a/b%2Fc", "/ui/{rest...}", {"rest": "a/b/c"}),
        ("/ui/static/x/y.js", "/ui/static/{file...}", {"file": "x/y.js"}),
        ("/ui/static", "/ui/{rest...}", {"rest": "static"}),
        ("/ui/config", "/ui/config", {}),
        ("/ui/a/two", "/ui/{one}/two", {"one": "a"}),
        ("/ui", "/*", {}),
        ("/ui/a//b", "/*", {}),
    ],
)
def test_what_says_most_goes_first(path, found, places):
    match, segments = ROUTER.find("GET", path)
    assert (match.path, dict(segments)) == (found, places)


def test_a_wrong_method_is_told():
    assert ROUTER.find("POST", "/ui/a/b")[0].operation == "wrongMethod"


def test_a_place_is_to_be_declared():
    with pytest.raises(RouteError):
        route("/x/{rest...}")
