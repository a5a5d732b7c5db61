"""What every answer carries: a request id, and headers that keep browsers in check."""

from __future__ import annotations

import io
import json
import logging
import re
from pathlib import Path

import pytest

from callboard.telemetry import Labels, LogConfig, Metric, Silent, configure_logs
from callboard.telemetry.metrics import REQUESTS
from tests.server.world import world

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_a_request_id_is_made_and_differs(server):
    first, second = (server.get("/info").headers["x-request-id"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


def test_a_request_id_that_came_is_kept(server):
    assert server.get("/info", headers={"x-request-id": "a-1"}).headers["x-request-id"] == "a-1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb", "<script>", "ü"])
def test_what_is_no_id_is_not_repeated(server, given):
    answer = server.get("/info", headers={"x-request-id": given.encode()})
    assert answer.headers["x-request-id"] != given


def test_a_trace_goes_on_with_a_span_of_ours(server):
    answer = server.get("/info", headers={"traceparent": TRACE})
    _, trace, span, flags = answer.headers["traceparent"].split("-")
    assert (trace, flags) == ("4bf92f3577b34da6a3ce929d0e0e4736", "01")
    assert span != "00f067aa0ba902b7"
    assert answer.headers["x-request-id"] == trace


@pytest.mark.parametrize("given", ["00-0-0-00", TRACE.upper(), f"00-{'0' * 32}-{'1' * 16}-00"])
def test_a_trace_that_is_none_is_passed_over(server, given):
    assert "traceparent" not in server.get("/info", headers={"traceparent": given}).headers


@pytest.mark.parametrize("path", ["/info", "/scenarios", "/nothing", "/api-docs"])
def test_an_answer_with_content_is_kept_in_check(server, path):
    headers = server.get(path, "alice").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert "cache-control" in headers
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_private_content_is_not_stored_by_caches(server):
    assert server.get("/processes", "alice").headers["cache-control"] == "no-store"
    process = server.get(server.asked(), "alice")
    assert process.headers["cache-control"] == "private, no-cache"


def test_https_is_insisted_on_where_it_is_set(tmp_path: Path, server):
    assert "strict-transport-security" not in server.get("/info").headers
    (tmp_path / "other").mkdir()
    with world(tmp_path / "other", **{"server.transport_security_seconds": 60}) as secured:
        for answer in (secured.get("/info"), secured("OPTIONS", "/info")):
            assert answer.headers["strict-transport-security"] == "max-age=60; includeSubDomains"


def test_too_many_at_once_are_told_to_come_again(tmp_path: Path):
    with world(tmp_path, **{"server.requests_at_once": 0}) as server:
        answer = server.get("/scenarios", "alice")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert server.get("/healthz").status_code == 200


@pytest.fixture
def lines():
    """The log lines that were written meanwhile."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logs(LogConfig(), stream)

    def written() -> list[dict[str, object]]:
        found = map(json.loads, stream.getvalue().splitlines())
        return [line for line in found if line["logger"].startswith("callboard")]

    yield written
    root.handlers[:], root.level = before, level


def test_what_nobody_meant_is_a_plain_500_and_a_log_line(server, lines, monkeypatch):
    secret = "payload-of-somebody"

    async def broken(*_: object) -> None:
        raise KeyError(secret)

    monkeypatch.setattr(type(server.app.edge.engine.scenarios), "list", broken)
    answer = server.get("/scenarios", "alice", headers={"x-request-id": "r-1"})
    assert answer.status_code == 500
    assert "KeyError" not in answer.text
    assert "r-1" in answer.json()["detail"]
    (line,) = lines()
    assert (line["request"], line["error"], line["operation"]) == (
        "r-1",
        "KeyError",
        "listScenarios",
    )
    assert secret not in json.dumps(line)


def test_requests_are_logged_on_wish_without_what_is_private(tmp_path: Path, lines):
    with world(tmp_path, **{"log.requests": True}) as server:
        server.store()
        server.asked()
        found = [line for line in lines() if line["event"] == "request"]
        assert [line["operation"] for line in found] == ["storeScenario", "startProcess"]
        assert server.token("alice") not in json.dumps(found)
        assert "amount" not in json.dumps(found)


class Recorder(Silent):
    """Telemetry that remembers."""

    def __init__(self) -> None:
        self.seen: list[Labels] = []

    def observe(self, metric: Metric, labels: Labels, value: float) -> None:
        assert value >= 0
        if metric is REQUESTS:
            self.seen.append(labels)


def test_requests_are_told_by_operation_never_by_path(tmp_path: Path):
    recorder = Recorder()
    with world(tmp_path, telemetry=recorder) as server:
        server.get("/scenarios/x", "alice")
        server.get("/somewhere/else")
        server("BREW", "/info")
    assert recorder.seen == [
        ("getScenario", "404"),
        ("unknownPath", "404"),
        ("wrongMethod", "405"),
    ]


def test_a_log_line_is_one_line_without_secrets(lines):
    facts = {"token": "t", "api_key": "k", "path": "/a\x1b[31m\u202e\n", "count": 3}
    logging.getLogger("callboard.test").warning("be\nware", extra=facts)
    (line,) = lines()
    assert (line["token"], line["api_key"]) == ("(hidden)", "(hidden)")
    assert (line["event"], line["path"], line["count"]) == ("be ware", "/a [31m  ", 3)
    assert line["level"] == "warning"
