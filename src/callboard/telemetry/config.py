"""What is measured, and who is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricsConfig:
    """Metrics for Prometheus."""

    enabled: bool = False
    """Answer `GET /metrics` for those who have `process:super`; in development mode always."""
    port: int = 0
    """Answer it on this port too, to whoever can reach it, without a credential; 0: on none."""
    host: str = "127.0.0.1"
    """Address to listen on for it."""


@dataclass(frozen=True, slots=True)
class TelemetryConfig:
    """OpenTelemetry."""

    otel: bool = False
    """Send traces and metrics by OTLP, as the environment's `OTEL_…` names say; needs the extra
    `callboard[otel]`."""
