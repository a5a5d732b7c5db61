"""Data functions as they are written: `<ref>`, `<tpl>`, `<select>` (specification: language, 4)."""

from __future__ import annotations

from callboard.core.scenario.validate.findings import Findings, pointer
from callboard.core.values import Json, JsonObject

REF, TPL, SELECT = "<ref>", "<tpl>", "<select>"
KEYS = (REF, TPL, SELECT)
_TPL_KEYS = ("template", "view", "partials")


def is_function(value: Json) -> bool:
    """Whether a value is a data function."""
    return isinstance(value, dict) and any(key in value for key in KEYS)


def check_value(value: Json, path: str, findings: Findings) -> None:
    """Check every function in a value, at any depth."""
    pending: list[tuple[Json, str]] = [(value, path)]
    while pending:
        item, place = pending.pop()
        if isinstance(item, dict):
            if is_function(item):
                check_function(item, place, findings)
            pending.extend((part, pointer(place, key)) for key, part in item.items())
        elif isinstance(item, list):
            pending.extend((part, pointer(place, index)) for index, part in enumerate(item))


def check_function(value: JsonObject, path: str, findings: Findings) -> None:
    """Check the form of one function; what it holds is looked at by `check_value`."""
    if len(value) != 1:
        names = ", ".join(value)
        findings.add(path, "maxProperties", f"A data function stands alone; here are: {names}.")
    if REF in value:
        findings.need(value[REF], "text", f"{path}/{REF}", "An expression")
    if TPL in value:
        _check_template(value[TPL], f"{path}/{TPL}", findings)
    if SELECT in value:
        _check_select(value[SELECT], f"{path}/{SELECT}", findings)


def _check_template(value: Json, path: str, findings: Findings) -> None:
    if not findings.need(value, "text or object", path, "A template") or not isinstance(
        value, dict
    ):
        return
    if "template" not in value:
        findings.add(path, "required", "The map of a template has no `template`.")
    unknown = [key for key in value if key not in _TPL_KEYS]
    if unknown:
        known = ", ".join(_TPL_KEYS)
        findings.add(
            path, "additionalProperties", f"Unknown: {', '.join(unknown)}. A template has {known}."
        )


def _check_select(value: Json, path: str, findings: Findings) -> None:
    is_map = findings.need(value, "object", path, "A <select>")
    if is_map and isinstance(value, dict) and "$" not in value:
        findings.add(path, "required", "A <select> has no `$`, the value that selects.")


def check_text(value: Json, path: str, findings: Findings, what: str) -> None:
    """A text, or a function that gives one."""
    if not is_function(value):
        findings.need(value, "text or null", path, what)


def check_condition(value: Json, path: str, findings: Findings) -> None:
    """An `if`: true, false, or a function."""
    if not is_function(value):
        findings.need(value, "boolean or null", path, "A condition")
