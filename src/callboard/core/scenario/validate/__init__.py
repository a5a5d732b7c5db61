"""Validation: everything that keeps a scenario from being one, found at once."""

from __future__ import annotations

from callboard.core.scenario.validate.findings import ValidationError
from callboard.core.scenario.validate.scenario import validate

__all__ = ["ValidationError", "validate"]
