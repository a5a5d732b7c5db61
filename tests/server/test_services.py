"""Services that are told by HTTP and answer: a process moves by itself, whatever fails between."""

from __future__ import annotations

import json
import time

import pytest

from callboard.engine.circuit import FAILURES
from callboard.engine.dispatch import CONCURRENCY
from tests.server.staging import SUPPLY, free_port, staged
from tests.transports.receiver import answer, hang, hang_up, json_answer, trickle

TWO = json_answer(b'{"count": 2}')


@pytest.fixture
def ports():
    return {"stock": free_port(), "carrier": free_port()}


@pytest.fixture
def stage(tmp_path, ports):
    with staged(tmp_path, ports) as made:
        made.world.store(SUPPLY)
        yield made


def test_a_process_moves_by_what_services_answer(stage):
    stock = stage.service("stock", TWO)
    carrier = stage.service("carrier", answer("200 OK", b"sent"))
    process = stage.order()
    stage.until_state(process, "(shipped)")
    document = stage.shown(process)
    assert document["vars"] == {"count": 2}
    actors = [event["actor"]["key"] for event in document["events"][1:]]
    assert actors == ["buyer", "service:stock", "service:carrier"]
    (asked,) = stock.told
    body = json.loads(asked.body)
    assert body["process"]["id"] == asked.headers["callboard-process"] == process
    assert body["etag"] == asked.headers["callboard-etag"] == document["events"][1]["hash"]
    assert carrier.told[0].body == b"Send 2"
    assert [(s, o) for s, o, _ in stage.tries(process)] == [
        ("stock", "answered"),
        ("carrier", "answered"),
    ]


def test_a_service_that_fails_first_is_told_again_with_the_same_id(stage):
    stock = stage.service("stock", answer("500 No"), hang_up, answer("429 Slow"), TWO)
    process = stage.order()
    stage.until_state(process, "reserved")
    assert len(stock.told) == 4
    assert len({seen.headers["webhook-id"] for seen in stock.told}) == 1
    assert [o for s, o, _ in stage.tries(process) if s == "stock"] == ["failed"] * 3 + ["answered"]


def test_retry_after_is_waited_for(stage):
    stock = stage.service("stock", answer("503 Away", retry_after="1"), TWO)
    begun = time.monotonic()
    process = stage.order()
    stage.until_state(process, "reserved")
    assert len(stock.told) == 2
    assert time.monotonic() - begun >= 1


def test_a_message_survives_a_restart(tmp_path, ports):
    with staged(tmp_path, ports) as first:
        first.world.store(SUPPLY)
        process = first.order()
        first.until(lambda: first.tries(process))
        assert "cannot be reached" in first.tries(process)[0][2]
    with staged(tmp_path, ports) as second:
        second.service("stock", TWO)
        second.until_state(process, "reserved")


def test_one_under_way_at_the_end_is_told_again(tmp_path, ports):
    with staged(tmp_path, ports) as first:
        first.world.store(SUPPLY)
        stock = first.service("stock", hang)
        process = first.order()
        first.until(lambda: stock.told)
    with staged(tmp_path, ports) as second:
        again = second.service("stock", TWO)
        second.until_state(process, "reserved")
        ids = {seen.headers["webhook-id"] for seen in (*stock.told, *again.told)}
        assert len(ids) == 1


@pytest.mark.parametrize(
    ("sent", "outcome", "said"),
    [
        (json_answer(b'{"count": "two"}'), "refused", "reserve"),
        (json_answer(b"{"), "refused", "cannot be read"),
        (answer("200 OK", b"x" * 2000), "refused", "larger than 1000 bytes"),
        (answer("404 No", b"unknown part"), "failed", "404: unknown part"),
        (answer("302 There", location="/"), "failed", "redirects are not followed"),
    ],
)
def test_what_nobody_can_use_is_recorded_and_changes_nothing(tmp_path, ports, sent, outcome, said):
    tables = {
        "stock": {
            "provider": "webhook",
            "url": f"http://127.0.0.1:{ports['stock']}/",
            "answerBytes": 1000,
        }
    }
    with staged(tmp_path, ports, services=tables) as stage:
        stage.world.store(SUPPLY)
        stock = stage.service("stock", sent)
        process = stage.order()
        stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
        (given_up,) = stage.world.get("/admin/notifications", "admin").json()
        assert given_up["last"]["outcome"] == outcome
        assert said in given_up["last"]["detail"]
        assert stage.state(process) == "ordered"
        assert len(stock.told) == 1
        stock.answers.append(TWO)
        path = f"/admin/notifications/{given_up['id']}/retry"
        assert stage.world.post(path, "admin").status_code == 204
        stage.until_state(process, "reserved")


@pytest.fixture
def patient(tmp_path, ports):
    """A server whose services may take a minute to answer."""
    tables = {
        name: {"provider": "webhook", "url": f"http://127.0.0.1:{port}/told", "timeout": 60}
        for name, port in ports.items()
    }
    ends = {"engine.shutdown_seconds": 0.1}
    with staged(tmp_path, ports, services=tables, **ends) as made:
        made.world.store(SUPPLY)
        yield made


@pytest.mark.parametrize("bad", [hang, trickle(50_000_000, 1000)])
def test_one_that_hangs_or_trickles_delays_no_other(patient, bad):
    stock = patient.service("stock")
    stock.default = bad
    text = SUPPLY.replace("service:stock", "service:carrier").replace("supply", "quick")
    patient.world.store(text)
    carrier = patient.service("carrier", TWO, answer("200 OK", b"sent"))
    slow = [patient.order() for _ in range(CONCURRENCY + 4)]
    patient.until(lambda: len(stock.told) == CONCURRENCY)
    patient.until_state(patient.order("quick"), "(shipped)")
    assert len(carrier.told) == 2
    assert all(patient.tries(process) == [] for process in slow)


def test_one_message_that_hangs_delays_no_other_to_the_same_service(patient):
    patient.service("carrier").default = answer("200 OK", b"sent")
    stock = patient.service("stock", hang)
    stock.default = TWO
    first = patient.order()
    patient.until(lambda: stock.told)
    for process in [patient.order() for _ in range(2 * CONCURRENCY)]:
        patient.until_state(process, "(shipped)")
    assert patient.state(first) == "ordered"


def test_an_answer_for_a_process_that_went_on_changes_nothing(stage):
    process = ""

    async def late(writer):
        headers = {"authorization": f"Bearer {stage.world.token('admin')}"}
        path = f"/admin/processes/{process}/cancel"
        await stage.world.client.post(path, headers=headers, json={"reason": "Too late"})
        writer.write(TWO)

    stage.service("stock", late)
    process = stage.order()
    stage.until(lambda: stage.tries(process))
    assert stage.tries(process) == [("stock", "refused", "The state was left meanwhile.")]
    document = stage.shown(process)
    assert "count" not in document["vars"]
    assert (document["isRunning"], len(document["events"])) == (False, 3)


def test_a_service_that_nobody_configured_is_failed_and_seen(tmp_path):
    with staged(tmp_path, {}) as stage:
        stage.world.store(SUPPLY)
        process = stage.order()
        stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
        (_, outcome, detail) = stage.tries(process)[0]
        assert outcome == "failed"
        assert "configured" in detail


def test_an_outage_uses_up_the_tries_of_few(tmp_path, ports):
    with staged(tmp_path, ports, **{"engine.delivery_tries": 2}) as stage:
        stage.world.store(SUPPLY)
        orders = [stage.order() for _ in range(3 * FAILURES)]
        stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
        stock = stage.service("stock", *[TWO] * len(orders))
        stage.until(lambda: len(stock.told) >= 2 * FAILURES)
        assert len(stage.world.get("/admin/notifications", "admin").json()) <= FAILURES
