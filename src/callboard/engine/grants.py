"""What a caller may hand on in an API key: never more than it has (specification: api, section 2).
Pure.

Theory: a key reaches the processes of its scenarios, as its actors, with its actions; or those of
its service. One key is within another when everything that it reaches, the other reaches too. An
entry of `processes` is compared with single entries, so some grants that two entries would cover
together are refused; nothing that is more is ever granted.
"""

from __future__ import annotations

from callboard.core.scenario.names import covers
from callboard.engine.commands import IssueCommand
from callboard.errors import ForbiddenError
from callboard.ports.caller import PRIVILEGES, Caller, KeyIdentity, ProcessLimit, limit_of


def check_grant(caller: Caller, command: IssueCommand) -> None:
    """Raise ForbiddenError when the new key would have more than the caller."""
    more = [
        name
        for name in PRIVILEGES
        if name in command.privileges
        and not ("*" in caller.privileges if name == "*" else caller.may(name))
    ]
    if more:
        raise ForbiddenError(f"You cannot give what you do not have: {', '.join(more)}.")
    if caller.key is not None:
        why = _beyond(caller, caller.key, command)
        if why is not None:
            raise ForbiddenError(why, code="key-limit")


def _beyond(caller: Caller, key: KeyIdentity, command: IssueCommand) -> str | None:
    """How the new key would go beyond the one that issues it; None when it does not."""
    if key.service is not None and command.service != key.service:
        return f"A key of service {key.service!r} issues keys of this service only."
    if caller.may("process:super"):
        return None
    if key.service is None and command.service is not None:
        return "A key without a service issues none with one."
    inner = [limit_of(entry) for entry in command.processes]
    if not key.limits:
        # Without limits a service reaches all that is its; any other key reaches nothing.
        return "A key that is no actor issues none that is." if inner and not key.service else None
    if inner and all(any(_within(one, other) for other in key.limits) for one in inner):
        return None
    return "The processes of the new key go beyond those of this one."


def _within(inner: ProcessLimit, outer: ProcessLimit) -> bool:
    """Whether an entry allows nothing that another does not allow."""
    return (
        outer.scenario in (None, inner.scenario)
        and _subset(inner.actors, outer.actors)
        and _fewer(inner.actions, outer.actions)
    )


def _fewer(inner: tuple[str, ...] | None, outer: tuple[str, ...] | None) -> bool:
    return outer is None or (inner is not None and set(inner) <= set(outer))


def _subset(inner: tuple[str, ...] | None, outer: tuple[str, ...] | None) -> bool:
    """Whether every actor that one list means, the other means too."""
    if outer is None:
        return True
    return inner is not None and all(
        any(covers(pattern, actor) for pattern in outer) for actor in inner
    )
