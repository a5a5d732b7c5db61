"""Refusing a scenario that cannot be normalised, with the place of what is wrong in it."""

from __future__ import annotations

from typing import NoReturn

from callboard.errors import Reason, ScenarioError


def pointer_to(*parts: str | int) -> str:
    """The JSON Pointer to a place in the scenario.

    >>> pointer_to("states", "a/b", "transitions", 0)
    '/states/a~1b/transitions/0'
    """
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def refuse(message: str, pointer: str) -> NoReturn:
    """Raise the ScenarioError that says what is wrong, and where."""
    raise ScenarioError(message, [Reason("scenario-invalid", message, pointer)])
