"""Proof of what happened (specification: api, section 3 and details 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, cast

from callboard.core.values import Json, JsonObject
from callboard.engine.admin_commands import ChainView
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import PUBLIC, Answer, Route
from callboard.server.routes.processes import PROCESS_ID
from callboard.server.shapes import ref

__all__ = ["BUNDLE", "KEYS", "VERIFY"]


KEPT: Final = (b"cache-control", b"public, max-age=300")


async def verify_process(call: Call) -> Response:
    """Whether the chain of a process holds."""
    found = await call.edge.engine.proving.verify(call.caller, call.segments["id"])
    proof = found.proof
    shown: JsonObject = {"ok": proof.ok, "events": found.events, "head": found.head}
    shown |= {"compared": found.compared, "checkpoints": cast("list[Json]", found.checkpoints)}
    if len(found.lineage) > 1:
        shown["earlier"] = list(_earlier(found.lineage))
    if found.erased is not None:
        stone = found.erased
        gone = sum(view.verification.erased for view in found.lineage)
        told_by = {"at": stone.at, "by": stone.by, "reason": stone.reason}
        shown["erased"] = {"events": gone, **told_by}
    told = {"code": proof.code, "message": proof.message, "event": proof.event}
    return json_response(shown | {name: value for name, value in told.items() if value is not None})


def _earlier(lineage: Sequence[ChainView]) -> Iterator[JsonObject]:
    """Each chain but the present one, and what the one after it says of the migration."""
    for view, following in pairwise(lineage):
        result, last = view.verification, view.events[-1]
        shown: JsonObject = {"ok": result.ok, "events": len(view.events), "head": last.get("hash")}
        migrated = following.events[0].get("migrated")
        told = {
            "scenario": view.scenario,
            "code": result.code,
            "event": result.event,
            "migrated": migrated if isinstance(migrated, dict) else None,
        }
        yield shown | {name: value for name, value in told.items() if value is not None}


async def bundle_process(call: Call) -> Response:
    """All that is needed to check a process elsewhere."""
    found = await call.edge.engine.proving.bundle(call.caller, call.segments["id"])
    return json_response(found)


async def get_keys(call: Call) -> Response:
    """The public keys that sign here, or did."""
    keys = cast("list[Json]", await call.edge.engine.proving.keys())
    return json_response({"keys": keys}, headers=(KEPT,))


VERIFY = Route(
    method="GET",
    path="/processes/{id}/verify",
    endpoint=verify_process,
    privilege=("process:read",),
    operation="verifyProcess",
    summary="Check the chain of a process",
    tag="processes",
    description=(
        "Hashes, links, and whether the events lead to the process as it is stored: it is rebuilt "
        "from them and compared. `code` and `event` tell the first thing that does not hold. The "
        "chain is compared with what was signed of it before, too: `checkpoints`. A head that "
        "holds and was not signed yet is signed now. Keep what you get: it is the engine's word.\n"
        "\nOf a process that was migrated all earlier chains are checked, too: `earlier`. "
        "Of one that was erased operators are told what the links show, which are all that is left."
    ),
    parameters=(PROCESS_ID,),
    answers=(Answer(200, "What was found", ref("Proof")),),
    problems=(404,),
)

BUNDLE = Route(
    method="GET",
    path="/processes/{id}/bundle",
    endpoint=bundle_process,
    privilege=("process:read",),
    operation="bundleProcess",
    summary="Take a process along, to check it elsewhere",
    tag="processes",
    description=(
        "The process, its events, its scenario and the schemas that this refers to. "
        "With signed checkpoints and the keys for these, and the chains that it had before it was "
        "migrated. `callboard verify FILE` checks it without a server. Of a process that was "
        "erased operators get the links."
    ),
    parameters=(PROCESS_ID,),
    answers=(Answer(200, "The bundle", ref("Bundle")),),
    problems=(404,),
)

KEYS = Route(
    method="GET",
    path="/.well-known/callboard-keys",
    endpoint=get_keys,
    privilege=PUBLIC,
    operation="getSigningKeys",
    summary="The keys that sign checkpoints",
    tag="system",
    description=(
        "Public keys only, as a JWK set. Keys that signed before stay. Save it where the operators "
        "of the engine cannot change it: `callboard verify FILE --keys SAVED` compares."
    ),
    answers=(Answer(200, "The keys", ref("SigningKeys")),),
)
