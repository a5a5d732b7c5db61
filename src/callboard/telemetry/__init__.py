"""What happens, told to whoever watches: numbers, spans and structured logs.

Theory: code names what it does (`count`, `observe`, `gauge`, `span`) on a `Telemetry` that it was
given. The one it is given by default, `SILENT`, does nothing and costs a call; another is put in
its place only where the engine is composed. All metrics are declared in `metrics`, with their
labels. Logs are JSON lines: one object a line, for machines first.

Invariants: labels and log fields never hold a token, a payload or an id that grows without bound
(metrics carry route templates); every text in a log line is free of control and direction
characters and at most `LONGEST` characters long. Architecture: 9, rule 12.
"""

from __future__ import annotations

from callboard.telemetry.config import MetricsConfig, TelemetryConfig
from callboard.telemetry.logs import REQUEST_ID, LogConfig, configure_logs, printable
from callboard.telemetry.protocol import (
    SILENT,
    Labels,
    Metric,
    Silent,
    Span,
    Telemetry,
    TelemetryError,
)

__all__ = [
    "REQUEST_ID",
    "SILENT",
    "Labels",
    "LogConfig",
    "Metric",
    "MetricsConfig",
    "Silent",
    "Span",
    "Telemetry",
    "TelemetryConfig",
    "TelemetryError",
    "configure_logs",
    "printable",
]
