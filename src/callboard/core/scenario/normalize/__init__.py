"""Normalisation: the many ways to write a scenario become one shape."""

from __future__ import annotations

from callboard.core.scenario.normalize.scenario import SCENARIO_FORMAT, normalize

__all__ = ["SCENARIO_FORMAT", "normalize"]
