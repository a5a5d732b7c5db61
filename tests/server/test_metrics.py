"""`/metrics`: what is counted, that its labels are few, and who may read it."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

from prometheus_client.parser import text_string_to_metric_families as parse

from callboard.engine.timers import Timers
from callboard.ports.jobs import HeldJob
from callboard.telemetry import Metric
from callboard.telemetry.metrics import METRICS, REQUESTS, STEPS
from callboard.telemetry.recorder import SERIES, Recorder
from tests.server.world import World, world

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def numbers(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample by name and the values of its labels, sorted."""
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def read(server: World) -> dict[tuple[str, tuple[str, ...]], float]:
    answer = server.get("/metrics", "admin")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return numbers(answer.text)


def test_requests_and_steps_are_counted(server):
    path = server.asked()
    server.post(f"{path}/approve", "alice")
    server.post(f"{path}/approve", "bob")
    found = read(server)
    assert found["callboard_request_seconds_count", ("201", "startProcess")] == 1
    assert found["callboard_request_seconds_bucket", ("+Inf", "201", "startProcess")] == 1
    assert found["callboard_request_seconds_count", ("204", "stepProcess")] == 1
    assert found["callboard_request_seconds_count", ("400", "stepProcess")] == 1
    assert found["callboard_steps_total", ("start", "taken")] == 1
    assert found["callboard_steps_total", ("step", "taken")] == 2
    assert found["callboard_steps_total", ("refused", "step")] == 1
    assert found["callboard_refusals_total", ("actor-not-allowed",)] == 1


def test_the_database_and_the_process_are_told(server, database):
    server.asked()
    found = read(server)
    assert found["callboard_commit_seconds_count", ("done",)] >= 2
    assert found["callboard_commit_writes_sum", ()] >= 2
    assert found["callboard_database_bytes", ()] >= 4096
    # PostgreSQL's log is its own affair.
    assert (found["callboard_database_log_bytes", ()] > 0) is (database == "sqlite")
    assert found["callboard_ready", ()] == 1
    assert found["callboard_info", ("0.1.0",)] == 1
    assert found["process_resident_memory_bytes", ()] > 1_000_000


TIMED = """\
title: Timed
states:
  initial:
    transitions:
      - {on: go, goto: (done)}
      - {after: 1 hour, goto: (late)}
"""


def test_what_is_due_is_late(tmp_path, monkeypatch):
    async def stuck(self: Timers, held: HeldJob) -> None:
        """A worker that does not keep up."""

    monkeypatch.setattr(Timers, "fire", stuck)
    with world(tmp_path) as made:
        scenario = made.store(TIMED)
        made.post("/processes", "alice", json={"scenario": scenario})
        assert read(made)["callboard_jobs_lag_seconds", ()] == 0
        made.clock.move(hours=3)
        found = read(made)
        assert found["callboard_jobs_pending", ()] == 1
        assert found["callboard_jobs_lag_seconds", ()] == 7200


def test_nothing_that_grows_is_a_label(server):
    path = server.asked()
    server.get(path, "alice")
    server.get("/somewhere/else")
    server("BREW", path)
    text = server.get("/metrics", "admin").text
    assert "getProcess" in text
    assert "unknownPath" in text
    assert not UUID.search(text)
    assert "BREW" not in text
    assert "approval" not in text


def test_a_metric_has_at_most_so_many_series():
    recorder = Recorder()
    for number in range(SERIES + 50):
        recorder.count(STEPS, (str(number), "taken"))
    found = numbers(recorder.text().decode())
    mine = [labels for name, labels in found if name == "callboard_steps_total"]
    assert len(mine) == SERIES + 1
    assert found["callboard_steps_total", ("other", "other")] == 50


def test_counting_costs_next_to_nothing():
    recorder = Recorder()

    def once(count: int = 20_000) -> float:
        started = perf_counter()
        for _ in range(count):
            recorder.observe(REQUESTS, ("getProcess", "200"), 0.0007)
        return (perf_counter() - started) / count

    assert min(once() for _ in range(5)) < 5e-6


def test_only_who_may_everything_reads_them(server):
    assert server.get("/metrics", "alice").status_code == 403
    assert server.get("/metrics", headers={"authorization": "Bearer x"}).status_code == 401


def test_they_are_off_unless_asked_for(tmp_path: Path):
    secret = {"auth.jwt_secret": "a secret that only this test knows"}
    with world(tmp_path, dev=False, **secret) as server:
        assert server.app.edge.metrics is None
    with world(tmp_path, dev=False, **secret, **{"metrics.enabled": True}) as server:
        assert server.app.edge.metrics is not None
        assert server.get("/metrics").status_code == 401


def test_every_metric_is_named_after_us_and_unlike_the_others():
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"callboard_[a-z_]+", name) for name in names)
    assert all(isinstance(metric, Metric) and metric.text.endswith(".") for metric in METRICS)
