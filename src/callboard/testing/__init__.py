"""Testing scenarios without a server: Gherkin features played on the core, with a virtual clock.

`callboard test` and the pytest plugin run them; `record` makes one of a process that was played.
"""

from callboard.testing.coverage import Coverage
from callboard.testing.record import record
from callboard.testing.report import report_text
from callboard.testing.runner import Report, run_features
from callboard.testing.scenarios import ScenarioFolder
from callboard.testing.sentences import Sentence
from callboard.testing.steps import Call

__all__ = [
    "Call",
    "Coverage",
    "Report",
    "ScenarioFolder",
    "Sentence",
    "record",
    "report_text",
    "run_features",
]
