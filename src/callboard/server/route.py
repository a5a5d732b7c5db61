"""Declarations: what a route is called, who may use it, what goes in and what comes out.

Theory: a route is data. The router finds it, the middleware checks what it declares, the OpenAPI
document and the reference are written from it; so that none of them can say something else.

Invariants: every route declares its privilege (architecture: 9, rule 1): `PUBLIC`, or a non-empty
tuple of which the caller needs one. Every place in its path is a declared parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeAlias

from callboard.core.values import Json, JsonObject
from callboard.ports.caller import PRIVILEGES, Privilege
from callboard.server.messages import Endpoint

__all__ = [
    "JSON_TYPE",
    "PUBLIC",
    "REST",
    "Answer",
    "Body",
    "Example",
    "Parameter",
    "Public",
    "Route",
    "RouteError",
    "name_of",
]

JSON_TYPE: Final = "application/json"


class Public(Enum):
    """The type of `PUBLIC`: anyone may, without a credential."""

    PUBLIC = "public"


PUBLIC: Final = Public.PUBLIC

Place: TypeAlias = Literal["path", "query", "header"]


class RouteError(TypeError):
    """A route is declared wrongly; the server does not start."""


REST: Final = "...}"
"""Ends a place that takes what is left of a path, as the last of `/files/{path...}`."""


def name_of(place: str) -> str:
    """The name of a place.

    >>> name_of("{id}"), name_of("{path...}")
    ('id', 'path')
    """
    return place[1:-1].removesuffix("...")


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a request may carry in its path, its query or its headers."""

    name: str
    place: Place
    schema: JsonObject
    description: str
    example: Json | None = None
    hidden: bool = False
    """Understood, but not shown: another name of a parameter that is."""


@dataclass(frozen=True, slots=True)
class Example:
    """A named example of a body."""

    summary: str
    value: Json


@dataclass(frozen=True, slots=True)
class Body:
    """What a request's body may be: a schema by media type."""

    content: Mapping[str, JsonObject]
    description: str
    required: bool = True
    examples: Mapping[str, Example] = field(default_factory=dict)
    """By name; shown for JSON, and for YAML where the value is a text."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the route answers when all goes well."""

    status: int
    description: str
    schema: JsonObject | None = None
    """None: no content."""
    media_types: tuple[str, ...] = (JSON_TYPE,)
    headers: tuple[str, ...] = ()
    """Names of headers that `shapes.HEADERS` describes."""
    example: Json | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    path: str
    """As OpenAPI writes it: `/processes/{id}`; `{rest...}` at the end takes all that is left."""
    endpoint: Endpoint
    privilege: tuple[Privilege, ...] | Public
    """`PUBLIC`, or the privileges of which the caller needs one."""
    operation: str
    """The operationId."""
    summary: str
    tag: str
    answers: tuple[Answer, ...] = ()
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    problems: tuple[int, ...] = ()
    """Statuses of the problems it may answer with, beside those that every route has."""
    open_query: bool = False
    """Whether query parameters that are not declared are let through."""
    counted: bool = True
    """Whether requests count towards the limit of requests; probes do not."""
    local: bool = False
    """Public, and yet refused to foreign web pages in development mode, as all are that are not."""
    hidden: bool = False
    """Not in the OpenAPI document: a picture, a style sheet, the answer to an unknown path."""

    def __post_init__(self) -> None:
        if self.privilege is not PUBLIC and not self._declares_privilege():
            raise RouteError(f"{self.method} {self.path} declares no privilege that exists.")
        declared = {item.name for item in self.parameters if item.place == "path"}
        if declared != set(self.places):
            raise RouteError(f"{self.method} {self.path}: its path parameters are not declared.")

    def _declares_privilege(self) -> bool:
        return (
            isinstance(self.privilege, tuple)
            and bool(self.privilege)
            and all(privilege in PRIVILEGES for privilege in self.privilege)
        )

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the places in the path.

        Of `/processes/{id}/{action}`: `("id", "action")`.
        """
        return tuple(name_of(part) for part in self.path.split("/") if part.startswith("{"))

    def in_query(self) -> dict[str, Parameter]:
        """The declared query parameters by name."""
        return {item.name: item for item in self.parameters if item.place == "query"}
