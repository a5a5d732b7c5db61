"""Operators: processes carried over to another scenario (specification: api, section 3)."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Final, cast

from callboard.core.values import JsonObject
from callboard.engine.admin_commands import ChainView, MigrateCommand, Migrated, MigratedPage
from callboard.errors import ConflictError, InvalidError, NotFoundError, told
from callboard.ports.store import Place
from callboard.server.bodies import read_object
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Route
from callboard.server.routes.processes import PROCESS_ID
from callboard.server.routes.scenarios import SCENARIO_ID
from callboard.server.shapes import array, ref

__all__ = ["ALL", "CHAINS", "ONE"]

CURSOR: Final = re.compile(r"([0-9T:.Z-]{1,40})_([0-9]{1,15}|[0-9a-f-]{36})")


async def migrate_process(call: Call) -> Response:
    """Carry one process over. One that does not fit is a result of a dry run, else a problem."""
    name = call.segments["id"]
    command = _command(read_object(call, "MigrateProcess"), processes=(name,))
    page = await call.edge.engine.admin.migrate(call.caller, command)
    (result,) = page.results
    if [reason.code for reason in result.reasons] == ["not-found"]:
        raise NotFoundError(result.reasons[0].message)
    if not command.dry_run and not result.fits:
        reason = result.reasons[0]
        code = "unfit" if "event" in reason.details else reason.code
        raise ConflictError(told(result.reasons), result.reasons, code=code)
    return json_response(_result(result, dry_run=command.dry_run))


async def migrate_scenario(call: Call) -> Response:
    """Carry over a page of a scenario's processes, each with its own result."""
    given = read_object(call, "MigrateScenario")
    names = given.get("processes")
    command = _command(
        given,
        scenario=call.segments["id"],
        processes=tuple(map(str, names)) if isinstance(names, list) else None,
    )
    page = await call.edge.engine.admin.migrate(call.caller, command)
    return json_response(_shown(page, dry_run=command.dry_run))


def _command(
    given: JsonObject, *, scenario: str | None = None, processes: tuple[str, ...] | None
) -> MigrateCommand:
    dry_run = given.get("dryRun", True) is True
    reason = cast("str", given.get("reason", ""))
    if not dry_run and not reason:
        raise InvalidError("Say why: `reason` is needed unless it is a dry run.")
    return MigrateCommand(
        to=cast("str", given["to"]),
        reason=reason,
        dry_run=dry_run,
        scenario=scenario,
        processes=processes,
        ended=given.get("ended") is True,
        after=_place(given),
        limit=int(cast("float", given.get("limit", 100))),  # 100.0 is a whole number, too
    )


def _place(given: JsonObject) -> Place | None:
    cursor = given.get("cursor")
    if cursor is None:
        return None
    match = CURSOR.fullmatch(str(cursor))
    if match is None:
        raise InvalidError("This is no `cursor` that an answer gave as `next`.")
    return match[1], int(match[2]) if match[2].isdecimal() else match[2]


def _shown(page: MigratedPage, *, dry_run: bool) -> JsonObject:
    shown: JsonObject = {
        "to": page.to,
        "dryRun": dry_run,
        "results": [_result(result, dry_run=dry_run) for result in page.results],
    }
    if page.following is not None:
        created, row = page.following
        shown["next"] = f"{created}_{row}"
    return shown


def _result(result: Migrated, *, dry_run: bool) -> JsonObject:
    shown = {
        "process": result.process,
        "fits": result.fits,
        "migrated": result.fits and not dry_run,
        "state": result.state,
        "head": result.head,
        "reasons": [reason.as_json() for reason in result.reasons],
    }
    return cast("JsonObject", {name: value for name, value in shown.items() if value is not None})


async def list_chains(call: Call) -> Response:
    """The chains that a process had and the one that it has."""
    found = await call.edge.engine.admin.chains(call.caller, call.segments["id"])
    return json_response([_chain(chain) for chain in found])


def _chain(chain: ChainView) -> JsonObject:
    result = {
        name: value for name, value in asdict(chain.verification).items() if value is not None
    }
    return {"scenario": chain.scenario, "verification": result, "events": list(chain.events)}


ONE = Route(
    method="POST",
    path="/admin/processes/{id}/migrate",
    endpoint=migrate_process,
    privilege=("process:super",),
    operation="migrateProcess",
    summary="Migrate a process",
    tag="operators",
    description=(
        "Rewrites the chain of a process as if it had always run another scenario, and keeps the "
        "old chain. Without `dryRun: false` nothing is changed: the answer says whether it fits. "
        "What does not fit is then 409, with the event that does not."
    ),
    parameters=(PROCESS_ID,),
    body=Body(
        {JSON_TYPE: ref("MigrateProcess")},
        "Where to.",
        examples={
            "dry": Example("Would it fit?", {"to": "expense-approval@2.0.0"}),
            "real": Example(
                "Do it",
                {"to": "expense-approval@2.0.0", "dryRun": False, "reason": "New travel rules"},
            ),
        },
    ),
    answers=(Answer(200, "What came of it", ref("MigratedProcess")),),
    problems=(404, 409),
)

ALL = Route(
    method="POST",
    path="/admin/scenarios/{id}/migrate",
    endpoint=migrate_scenario,
    privilege=("process:super",),
    operation="migrateScenario",
    summary="Migrate the processes of a scenario",
    tag="operators",
    description=(
        "Page by page, each process in a transaction of its own and with its own result; running "
        "ones only, unless `ended`. Send the `next` of an answer as `cursor` until there is none. "
        "Without `dryRun: false` nothing is changed."
    ),
    parameters=(SCENARIO_ID,),
    body=Body(
        {JSON_TYPE: ref("MigrateScenario")},
        "Which, and where to.",
        examples={
            "dry": Example("Which would fit?", {"to": "expense-approval@2.0.0"}),
            "real": Example(
                "Carry them over",
                {
                    "to": "expense-approval@2.0.0",
                    "dryRun": False,
                    "reason": "New travel rules",
                    "limit": 50,
                },
            ),
        },
    ),
    answers=(Answer(200, "What came of a page", ref("Migration")),),
    problems=(404,),
)

CHAINS = Route(
    method="GET",
    path="/admin/processes/{id}/chains",
    endpoint=list_chains,
    privilege=("process:super",),
    operation="listChains",
    summary="The chains of a process",
    tag="operators",
    description="Those that it had before it was migrated, oldest first, and the one that it has.",
    parameters=(PROCESS_ID,),
    answers=(Answer(200, "The chains", array(ref("Chain"))),),
    problems=(404,),
)
