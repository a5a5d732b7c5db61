"""OpenTelemetry, by the SDK's own exporters in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from callboard.telemetry import TelemetryError
from callboard.telemetry.otel import OpenTelemetry, open_telemetry
from tests.server.world import World, world

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


class Watched:
    """A server, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        traces = TracerProvider()
        traces.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.telemetry = OpenTelemetry(traces, MeterProvider([self.reader]))
        self.world = world(folder, telemetry=self.telemetry)

    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.exporter.get_finished_spans()}

    def points(self, name: str) -> list[Any]:
        data = self.reader.get_metrics_data()
        assert data is not None
        (scope,) = data.resource_metrics[0].scope_metrics
        return [p for m in scope.metrics if m.name == name for p in m.data.data_points]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Watched, World]]:
    made = Watched(tmp_path)
    with made.world as server:
        server.store()
        yield made, server
    made.telemetry.close()


def test_a_step_is_a_span_in_the_callers_trace(watched):
    made, server = watched
    path = server.asked()
    made.exporter.clear()
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    server.post(f"{path}/approve", "bob", headers=headers)
    spans = made.spans()
    request = spans["POST /processes/{id}/{action}"]
    step, commit = spans["callboard.step"], spans["callboard.commit"]
    assert {f"{span.context.trace_id:032x}" for span in spans.values()} == {TRACE}
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == PARENT
    assert step.parent is not None
    assert step.parent.span_id == request.context.span_id
    assert commit.parent is not None
    assert commit.parent.span_id == step.context.span_id
    assert request.attributes == {"http.response.status_code": 204}


def test_a_request_without_a_trace_begins_one(watched):
    made, server = watched
    made.exporter.clear()
    server.get("/processes", "alice")
    (span,) = made.exporter.get_finished_spans()
    assert span.parent is None
    assert span.kind.name == "SERVER"


def test_spans_hold_nothing_of_users(watched):
    made, server = watched
    path = server.asked()
    told = str([span.to_json() for span in made.exporter.get_finished_spans()])
    assert path.rpartition("/")[2] not in told
    assert "alice" not in told


def test_numbers_are_the_same_as_for_prometheus(watched):
    made, server = watched
    path = server.asked()
    server.post(f"{path}/approve", "alice")
    (refused,) = made.points("callboard_refusals")
    assert (dict(refused.attributes), refused.value) == ({"code": "actor-not-allowed"}, 1)
    server.get("/metrics", "admin")
    (size,) = made.points("callboard_database_bytes")
    assert size.value >= 4096


def test_without_the_extra_the_server_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(TelemetryError, match=r"callboard\[otel\]"):
        open_telemetry("0.1.0")


def test_the_setting_turns_it_on(tmp_path: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(TelemetryError), world(tmp_path, **{"telemetry.otel": True}):
        pass


def test_the_environment_names_the_service(monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "depot")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    made = open_telemetry("0.1.0")
    try:
        assert made.resource["service.name"] == "depot"
        assert made.resource["service.version"] == "0.1.0"
    finally:
        made.close()
