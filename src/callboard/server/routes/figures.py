"""Operators: how many processes are where, and how large the database is."""

from __future__ import annotations

from dataclasses import asdict

from callboard.core.values import Json, JsonObject
from callboard.engine.admin_commands import Overview
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import Answer, Route
from callboard.server.shapes import ref

__all__ = ["OVERVIEW", "STORAGE"]


async def show_overview(call: Call) -> Response:
    """Processes by scenario and state."""
    return json_response(_shown(await call.edge.engine.admin.overview(call.caller)))


def _shown(overview: Overview) -> JsonObject:
    running = ended = 0
    states: dict[str, list[Json]] = {key: [] for key in overview.faces}
    for item in overview.counts:
        running += item.count if item.at.running else 0
        ended += 0 if item.at.running else item.count
        told: JsonObject = {
            "state": item.at.state,
            "isRunning": item.at.running,
            "count": item.count,
        }
        states[item.at.scenario].append(told)
    scenarios: list[Json] = [
        {"id": key, "name": face.name, "title": str(face.title), "states": states[key]}
        for key, face in overview.faces.items()
    ]
    return {
        "running": running,
        "ended": ended,
        "scenarios": scenarios,
        "pending": dict[str, Json](overview.pending),
    }


async def show_storage(call: Call) -> Response:
    """How large the database is."""
    figures = await call.edge.engine.admin.storage(call.caller)
    shown: JsonObject = {_camel(name): value for name, value in asdict(figures).items()}
    shown["tables"] = [table._asdict() for table in figures.tables]
    return json_response(shown)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


OVERVIEW = Route(
    method="GET",
    path="/admin/overview",
    endpoint=show_overview,
    privilege=("process:super",),
    operation="getOverview",
    summary="Processes by scenario and state",
    tag="operators",
    description="With what waits to be done later. The cost does not grow with the processes.",
    answers=(Answer(200, "The counts", ref("Overview")),),
)

STORAGE = Route(
    method="GET",
    path="/admin/storage",
    endpoint=show_storage,
    privilege=("process:super",),
    operation="getStorage",
    summary="How large the database is",
    tag="operators",
    description=(
        "Bytes, pages, and how many rows each table has. Nothing is counted to its end: of a table "
        "with 10,000 rows and more you are told a bound, and `basis` says which."
    ),
    answers=(Answer(200, "The figures", ref("Storage")),),
)
