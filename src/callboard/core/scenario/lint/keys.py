"""Keys that do nothing where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Finding, Subject, escape
from callboard.core.values import Json


def ignored_key(subject: Subject) -> Iterator[Finding]:
    """`if` of a simple state, `tag` of a state that does not end (language, details 7)."""
    states = subject.written.get("states")
    for key, state in states.items() if isinstance(states, dict) else ():
        if not isinstance(state, dict):
            continue
        pointer = f"/states/{escape(key)}"
        if "if" in state and "transitions" not in state and ("on" in state or "after" in state):
            yield Finding(
                "ignored-key",
                "warning",
                f"{pointer}/if",
                "A simple state has no `if`: this is ignored.",
                "Write the way out as an entry of `transitions`, with the `if` in it.",
            )
        if "tag" in state and any(name in state for name in ("on", "after", "transitions")):
            yield Finding(
                "ignored-key",
                "warning",
                f"{pointer}/tag",
                f"State {key!r} does not end, so its `tag` is never added.",
                "Move the tag to an end state.",
            )


def null_key(subject: Subject) -> Iterator[Finding]:
    """Keys that are the empty text: in YAML usually a null (language, details 13)."""
    pending: list[tuple[str, Json]] = [("", subject.written)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, list):
            pending += [(f"{pointer}/{index}", item) for index, item in enumerate(value)]
        elif isinstance(value, dict):
            pending += [(f"{pointer}/{escape(key)}", item) for key, item in value.items()]
            if "" in value:
                yield Finding(
                    "null-key",
                    "warning",
                    f"{pointer}/",
                    "This key is the empty text; a null as a key becomes that.",
                    'Write "null": in quotes to select on null.',
                )
