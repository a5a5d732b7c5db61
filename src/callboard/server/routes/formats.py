"""The published JSON Schemas of our formats, for editors: each as one document."""

from __future__ import annotations

from typing import Final

from callboard.errors import NotFoundError
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import PUBLIC, Answer, Parameter, Route

__all__ = ["GET_FORMAT"]

NAME: Final = Parameter(
    "name",
    "path",
    {"type": "string", "minLength": 1},
    "`scenario`, `action`, `actor`, `fn`, `schema` or `process`",
    example="scenario",
)


async def get_format(call: Call) -> Response:
    """The schema of a format, with all that it refers to."""
    schema = call.edge.format_schema(call.segments["name"].removesuffix(".json"))
    if schema is None:
        raise NotFoundError("There is no such format.")
    return json_response(schema)


GET_FORMAT = Route(
    method="GET",
    path="/schemas/v1.0/{name}",
    endpoint=get_format,
    privilege=PUBLIC,
    operation="getFormat",
    summary="Get the JSON Schema of a format",
    tag="system",
    description="For editors: `# yaml-language-server: $schema=…/schemas/v1.0/scenario`.",
    parameters=(NAME,),
    answers=(Answer(200, "The schema", {"type": "object"}),),
    problems=(404,),
)
