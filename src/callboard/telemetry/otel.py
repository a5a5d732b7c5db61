"""OpenTelemetry: spans and numbers sent by OTLP, as the environment's `OTEL_…` names say.

Theory: the SDK is configured by its own names (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`,
`OTEL_TRACES_SAMPLER`…); here only our words are put into its own. It is an extra, imported only
when it is used.

Invariant: spans are named by operations, and carry labels, versions and codes, never user data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

from callboard.telemetry.metrics import METRICS
from callboard.telemetry.protocol import Labels, Metric, Span, TelemetryError

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.metrics import Histogram, Meter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider

__all__ = ["OpenTelemetry", "open_telemetry"]

MISSING: Final = (
    "telemetry.otel is on, but OpenTelemetry is not installed: pip install 'callboard[otel]'."
)
SCOPE: Final = "callboard"
NAME: Final = "service.name"
STATUS: Final = "http.response.status_code"


def open_telemetry(version: str) -> OpenTelemetry:
    """Telemetry that sends to where the environment says. Raises `TelemetryError` where the extra
    is not installed, or the environment cannot be understood.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise TelemetryError(MISSING) from None
    try:
        resource = Resource({"service.version": version}).merge(Resource.create())
        if str(resource.attributes[NAME]).startswith("unknown_service"):
            resource = resource.merge(Resource({NAME: SCOPE}))
        traces = TracerProvider(resource=resource)
        traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        return OpenTelemetry(traces, MeterProvider([reader], resource=resource))
    except ValueError as error:
        raise TelemetryError(f"OpenTelemetry cannot start: {error}.") from None


class OpenTelemetry:
    """Telemetry over the SDK's providers; `close` sends what is left."""

    def __init__(self, traces: TracerProvider, meters: MeterProvider) -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._traces, self._meters = traces, meters
        self._tracer = traces.get_tracer(SCOPE)
        self._propagator = TraceContextTextMapPropagator()
        meter = meters.get_meter(SCOPE)
        self._counters = {m: meter.create_counter(*_named(m)) for m in _of_kind("counter")}
        self._gauges = {m: meter.create_gauge(*_named(m)) for m in _of_kind("gauge")}
        self._histograms = {m: _histogram(meter, m) for m in _of_kind("histogram")}

    @property
    def resource(self) -> Mapping[str, object]:
        """What it says of this program."""
        return self._traces.resource.attributes

    def count(self, metric: Metric, labels: Labels = (), amount: int = 1) -> None:
        """Add to a counter."""
        self._counters[metric].add(amount, _attributes(metric, labels))

    def observe(self, metric: Metric, labels: Labels, value: float) -> None:
        """Add to a histogram."""
        self._histograms[metric].record(value, _attributes(metric, labels))

    def gauge(self, metric: Metric, labels: Labels, value: float) -> None:
        """Set a gauge."""
        self._gauges[metric].set(value, _attributes(metric, labels))

    def span(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        """A span of the trace around it, else of the caller's."""
        return self._span(name, parent)

    @contextmanager
    def _span(self, name: str, parent: str | None) -> Iterator[Span]:
        from opentelemetry.trace import SpanKind

        context = self._propagator.extract({"traceparent": parent}) if parent else None
        kind = SpanKind.INTERNAL if parent is None else SpanKind.SERVER
        with self._tracer.start_as_current_span(name, context, kind) as span:
            yield _Noted(span)

    def close(self) -> None:
        """Send what is left. Blocks; again does nothing."""
        self._traces.shutdown()
        self._meters.shutdown()


class _Noted:
    """A span of the SDK."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, name: str, value: str | int) -> None:
        """An attribute; a status of the server's own failing makes the span an error."""
        from opentelemetry.trace import StatusCode

        self._span.set_attribute(name, value)
        if name == STATUS and isinstance(value, int) and value >= 500:
            self._span.set_status(StatusCode.ERROR)


def _of_kind(kind: str) -> list[Metric]:
    return [metric for metric in METRICS if metric.kind == kind]


def _named(metric: Metric) -> tuple[str, str, str]:
    """Its name, unit and description; the unit is the end of our names."""
    last = metric.name.rpartition("_")[2]
    return metric.name, {"seconds": "s", "bytes": "By"}.get(last, "1"), metric.text


def _histogram(meter: Meter, metric: Metric) -> Histogram:
    name, unit, text = _named(metric)
    return meter.create_histogram(
        name, unit, text, explicit_bucket_boundaries_advisory=metric.buckets
    )


def _attributes(metric: Metric, labels: Labels) -> dict[str, str]:
    return dict(zip(metric.labels, labels, strict=True))
