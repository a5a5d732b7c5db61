"""What the server answers, as frozen views of its JSON; each chapter is about one kind of thing."""

from __future__ import annotations

from callboard.client.models.document import Document
from callboard.client.models.operators import Chain, Erased, Migrated, OperatorProcess, Overview
from callboard.client.models.processes import (
    Action,
    Actor,
    CurrentState,
    Event,
    Process,
    ProcessSummary,
    Task,
    TaskCount,
    process_of,
)
from callboard.client.models.scenarios import Scenario, ScenarioSummary, scenario_of
from callboard.client.models.seeing import (
    Answer,
    CheckedScenario,
    Checkpoint,
    Explanation,
    Finding,
    Proof,
)
from callboard.client.models.system import ApiKey, DemoAccount, Info

__all__ = [
    "Action",
    "Actor",
    "Answer",
    "ApiKey",
    "Chain",
    "CheckedScenario",
    "Checkpoint",
    "CurrentState",
    "DemoAccount",
    "Document",
    "Erased",
    "Event",
    "Explanation",
    "Finding",
    "Info",
    "Migrated",
    "OperatorProcess",
    "Overview",
    "Process",
    "ProcessSummary",
    "Proof",
    "Scenario",
    "ScenarioSummary",
    "Task",
    "TaskCount",
    "process_of",
    "scenario_of",
]
