"""What is sent: each operation of the API as a `Call`, made from what the caller said.

Invariants: parts of a path are quoted, so that no id leads elsewhere; what may be sent again is
said here (`repeatable`), operation by operation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import uuid4

from callboard.client.models import Event, Process, ProcessSummary, ScenarioSummary, Task

__all__ = [
    "ABSENT",
    "EVENT_STREAM",
    "JSON_TYPE",
    "YAML_TYPE",
    "Absent",
    "Call",
    "ProcessLike",
    "end",
    "get",
    "issue",
    "migrate",
    "next_page",
    "once",
    "path",
    "process_id",
    "send",
    "start",
    "step",
    "store",
    "unless_known",
    "validate",
]


class Absent(Enum):
    """The kind of `ABSENT`."""

    ABSENT = "no response"


ABSENT: Final = Absent.ABSENT
"""No response at all, which is neither `None` (JSON's null) nor `{}`."""

ProcessLike: TypeAlias = str | Process | ProcessSummary | Task | Event
"""A process, or what is about one, or its id."""

JSON_TYPE: Final = "application/json"
YAML_TYPE: Final = "application/yaml"
EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    repeatable: bool = True
    """Whether it may be sent again when it is not known if it was done."""


def path(*segments: str) -> str:
    """A path of quoted segments.

    >>> path("processes", "../admin", "a b")
    '/processes/..%2Fadmin/a%20b'
    """
    for segment in segments:
        if segment in ("", ".", ".."):
            raise ValueError(f"{segment!r} is not an id")
    return "/" + "/".join(quote(segment, safe="@") for segment in segments)


def process_id(process: ProcessLike) -> str:
    """The id of a process."""
    match process:
        case str():
            return process
        case Task() | Event():
            return process.process.id
        case _:
            return process.id


def get(*segments: str, accept: str = JSON_TYPE, **params: Any) -> Call:
    """A request to read; parameters that are None are left out, flags and lists written.

    >>> get("processes", all=True, state=None, limit=10).params
    {'all': 'true', 'limit': 10}
    """
    return Call("GET", path(*segments), _written(params), {"accept": accept})


def once(*segments: str) -> Call:
    """A request to read that is sent this one time, for whoever asks how the server is."""
    return Call("GET", path(*segments), repeatable=False)


def unless_known(process: Process) -> Call:
    """`GET /processes/{id}`, if it has changed."""
    call = get("processes", process.id)
    headers = _said(**{"if-none-match": process.etag})
    return Call(call.method, call.path, headers={**call.headers, **headers})


def _written(params: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in params.items() if value is not None}
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in said.items()
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def send(
    method: str, *segments: str, body: Any = None, repeatable: bool = False, **params: Any
) -> Call:
    """A request that changes something, sent again only when it certainly was not done."""
    return Call(
        method,
        path(*segments),
        _written(params),
        {"content-type": JSON_TYPE} if body is not None else {},
        None if body is None else _json(body),
        repeatable,
    )


def start(
    scenario: str | ScenarioSummary,
    *,
    actors: Mapping[str, Mapping[str, Any]] | None,
    action: str | None,
    response: Any,
    as_actor: str | None,
    predict: bool,
    key: str | None,
) -> Call:
    """`POST /processes`."""
    if action is None and response is not ABSENT:
        raise ValueError("A response belongs to an action: start(…, action=…, response=…)")
    body = _said(
        scenario=scenario if isinstance(scenario, str) else scenario.id,
        actors=actors,
        action=action if response is ABSENT else {"key": action, "response": response},
    )
    headers = _acting(as_actor, key) | {"content-type": JSON_TYPE}
    return Call("POST", "/processes", _written({"predict": predict or None}), headers, _json(body))


def step(
    process: ProcessLike,
    action: str,
    response: Any,
    *,
    as_actor: str | None,
    if_match: bool | str,
    predict: bool,
    key: str | None,
) -> Call:
    """`POST /processes/{id}/{action}`."""
    headers = _acting(as_actor, key) | {"prefer": "return=representation"}
    if if_match:
        headers["if-match"] = _tag(process, if_match)
    body = None
    if response is not ABSENT:
        body = _json(response)
        headers["content-type"] = JSON_TYPE
    where = path("processes", process_id(process), action)
    return Call("POST", where, _written({"predict": predict or None}), headers, body)


def _acting(as_actor: str | None, key: str | None) -> dict[str, str]:
    return _said(**{"idempotency-key": key or uuid4().hex, "as-actor": as_actor})


def _tag(process: ProcessLike, if_match: bool | str) -> str:
    if isinstance(if_match, str):
        return if_match
    if isinstance(process, Process) and process.etag:
        return process.etag
    raise ValueError("if_match=True needs the Process that you saw; or give its ETag")


def store(scenario: str | Mapping[str, Any]) -> Call:
    """`POST /scenarios`: a document, or a text of YAML or JSON. Its content is its id, so that
    storing it twice is storing it once.
    """
    text = scenario if isinstance(scenario, str) else None
    body = _json(scenario) if text is None else text.encode()
    kind = YAML_TYPE if text is not None and not text.lstrip().startswith("{") else JSON_TYPE
    return Call("POST", "/scenarios", headers={"content-type": kind}, body=body)


def validate(scenario: str | Mapping[str, Any]) -> Call:
    """`POST /scenarios/validate`."""
    return replace(store(scenario), path="/scenarios/validate")


def end(process: ProcessLike, how: str, reason: str, *, if_match: bool | str) -> Call:
    """`POST /admin/processes/{id}/cancel` or `…/erase`. Doing it again changes nothing; but with a
    condition the second time would not be told what the first one was.
    """
    call = send(
        *("POST", "admin", "processes", process_id(process), how),
        body={"reason": reason},
        repeatable=not if_match,
    )
    if not if_match:
        return call
    return replace(call, headers={**call.headers, "if-match": _tag(process, if_match)})


def migrate(where: tuple[str, ...], to: str, *, dry_run: bool, **given: Any) -> Call:
    """`POST /admin/…/migrate`. A dry run changes nothing."""
    body = _said(to=to, dryRun=dry_run, **given)
    return send("POST", *where, body=body, repeatable=dry_run)


def erase_all(participant: str, *, dry_run: bool, **given: Any) -> Call:
    """`POST /admin/processes/erase`. A dry run changes nothing; of what was erased the same again
    would not tell.
    """
    body = _said(participant=participant, dryRun=dry_run, **given)
    return send("POST", "admin", "processes", "erase", body=body, repeatable=dry_run)


def issue(
    name: str,
    privileges: tuple[str, ...],
    *,
    description: str | None,
    days: int | None,
    expiration: str | None,
    processes: list[Mapping[str, Any]] | None,
    service: str | None,
) -> Call:
    """`POST /apikey`. Sent again it would issue another key."""
    body = _said(
        name=name,
        privileges=privileges,
        description=description,
        expirationDays=days,
        expiration=expiration,
        processes=processes,
        service=service,
    )
    return send("POST", "apikey", body=body)


def next_page(call: Call, link: str | None) -> Call | None:
    """The call for the page that `Link` calls next; None on the last one. Only its query is taken:
    a link never leads the credential elsewhere.
    """
    if link is None:
        return None
    params: dict[str, Any] = {}
    for name, value in parse_qsl(urlsplit(link).query, keep_blank_values=True):
        params.setdefault(name, []).append(value)
    return Call(call.method, call.path, params, call.headers)
