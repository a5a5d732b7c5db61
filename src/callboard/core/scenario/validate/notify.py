"""Notifications to services as authors write them."""

from __future__ import annotations

from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings
from callboard.core.scenario.validate.functions import check_condition, check_text
from callboard.core.scenario.validate.transitions import check_period
from callboard.core.values import Json


def check_notify(value: Json, place: Place, found: Findings) -> None:
    """A service, a notification, or a list of these."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if found.need(item, place / index, "A notification", "string", "object"):
                _check_notification(item, place / index, found)
    elif found.need(value, place, "`notify`", "string", "object", "array", "null"):
        _check_notification(value, place, found)


def _check_notification(value: Json, place: Place, found: Findings) -> None:
    if not isinstance(value, dict):
        return
    service = value.get("service")
    if service is None:
        message = "The notification does not say whom it goes to: `service` is missing."
        found.add(place, "required", message, missingProperty="service")
    else:
        found.need(service, place / "service", "A service", "string")
    if value.get("after") is not None:
        check_period(value["after"], place / "after", found)
    check_condition(value.get("if"), place / "if", found)
    check_text(value.get("trigger"), place / "trigger", found, "The trigger")
