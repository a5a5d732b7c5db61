"""The page of the API's reference, written from the declarations of the routes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from callboard.core.values import JsonObject
from callboard.server.app import ROUTES
from callboard.server.openapi import TAGS, problem_statuses
from callboard.server.problems import TITLES
from callboard.server.route import PUBLIC, Answer, Body, Parameter, Route
from callboard.telemetry import Metric
from callboard.telemetry.metrics import METRICS

__all__ = ["api_page"]

HEAD: Final = """\
# The API

<!-- Written by `make reference`. Do not edit. -->

Every server shows this as OpenAPI 3.1 at `/openapi.json`, with the schemas of all bodies, and as a
page to try things on at `/api-docs`.

Send `Authorization: Bearer TOKEN` with a JWT or an API key. In development mode a request without a
token is the default account's. JSON goes in and comes out, in UTF-8; scenarios may be YAML. A query
parameter that is not listed is refused. `HEAD` works wherever `GET` does, `OPTIONS` everywhere.

Every answer has an `X-Request-Id`: the one that was sent, or a new one. A `traceparent` goes on.

"""

METRICS_HEAD: Final = """\
## Metrics

`GET /metrics` tells these, and those of the process (`process_…`). Counters end in `_total`,
histograms in `_bucket`, `_sum` and `_count`. Labels hold names of operations, statuses and codes,
never an id. A metric has at most 1,000 series; what comes later is counted as `other`.

| metric | kind | labels | |
|---|---|---|---|
"""

PROBLEMS: Final = """\
## Problems

Every error is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, and
`errors`, which lists everything that is wrong, each with a `code` to compare, a `message` to read,
and where there is one a `pointer` to the place. `type` is `urn:callboard:problem:` and one of:

| code | status | |
|---|---|---|
"""


def api_page() -> str:
    """`docs/reference/api.md`."""
    shown = [route for route in ROUTES if not route.hidden]
    parts = [HEAD]
    for tag, text in TAGS.items():
        parts.append(f"## {tag[0].upper()}{tag[1:]}\n\n{text}\n\n")
        parts += [_operation(route) for route in shown if route.tag == tag]
    rows = [f"| `{code}` | {status} | {title} |\n" for code, (status, title) in TITLES.items()]
    return "".join([*parts, METRICS_HEAD, *map(_metric, METRICS), "\n", PROBLEMS, *rows])


def _metric(metric: Metric) -> str:
    name = metric.name + ("_total" if metric.kind == "counter" else "")
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{name}` | {metric.kind} | {labels} | {metric.text} |\n"


def _operation(route: Route) -> str:
    lines = [f"### `{route.method} {route.path}`", "", f"{route.summary}.", ""]
    if route.description:
        lines += [route.description, ""]
    lines += [f"For {_who(route)}.", ""]
    shown = [item for item in route.parameters if not item.hidden]
    if shown:
        lines += ["| parameter | in | |", "|---|---|---|", *map(_parameter, shown), ""]
    if route.body is not None:
        lines += list(_body(route.body))
    lines += ["| status | |", "|---|---|", *map(_answer, route.answers)]
    codes = ", ".join(map(str, problem_statuses(route)))
    lines += [f"| {codes} | [a problem](#problems) |", ""]
    return "\n".join(lines) + "\n"


def _who(route: Route) -> str:
    if route.privilege is PUBLIC or not isinstance(route.privilege, tuple):
        return "anyone"
    return "those with " + " or ".join(f"`{name}`" for name in route.privilege)


def _parameter(item: Parameter) -> str:
    limits = _limits(item.schema)
    return f"| `{item.name}` | {item.place} | {item.description}{limits} |"


def _limits(schema: JsonObject) -> str:
    """Bounds, choices and default of a parameter, in words."""
    found = []
    if "minimum" in schema:
        found.append(f"{schema['minimum']} to {schema['maximum']}")
    choices = schema.get("enum")
    if isinstance(choices, list):
        found.append(" or ".join(f"`{choice}`" for choice in choices))
    if "default" in schema:
        found.append(f"default `{json.dumps(schema['default'])}`")
    return f" ({'; '.join(found)})" if found else ""


def _body(body: Body) -> Iterator[str]:
    kinds = " or ".join(f"`{kind}`" for kind in body.content)
    yield f"Body, {kinds}{'' if body.required else ', optional'}: {body.description}"
    yield ""
    for example in body.examples.values():
        yield f"{example.summary}:"
        yield ""
        if isinstance(example.value, str) and "\n" in example.value:
            yield f"```yaml\n{example.value.rstrip()}\n```"
        else:
            yield f"```json\n{json.dumps(example.value, indent=2, ensure_ascii=False)}\n```"
        yield ""


def _answer(answer: Answer) -> str:
    headers = ", ".join(f"`{name}`" for name in answer.headers)
    kinds = " or ".join(f"`{kind}`" for kind in answer.media_types) if answer.schema else ""
    details = "; ".join(text for text in (kinds, headers and f"with {headers}") if text)
    return f"| {answer.status} | {answer.description}{f' ({details})' if details else ''} |"
