"""What is counted of notifications: by service and outcome, never by the names of authors."""

from __future__ import annotations

import pytest

from tests.server.staging import SUPPLY, free_port, staged
from tests.server.test_metrics import read
from tests.transports.receiver import answer, json_answer

SECONDS = "callboard_delivery_seconds_count"
GIVEN_UP = "callboard_notifications_given_up"


@pytest.fixture
def stage(tmp_path):
    with staged(tmp_path, {"stock": free_port()}) as made:
        made.world.store(SUPPLY)
        yield made


def test_tries_are_counted_by_service_and_outcome(stage):
    stage.service("stock", answer("500 No"), json_answer(b'{"count": 2}'), json_answer(b"{"))
    stage.until_given_up(stage.order())
    found = read(stage.world)
    assert found[SECONDS, ("failed", "stock")] == 1
    assert found[SECONDS, ("answered", "stock")] == 1
    assert found[SECONDS, ("failed", "other")] == 1
    assert (found[GIVEN_UP, ("stock",)], found[GIVEN_UP, ("other",)]) == (0, 1)
    stage.until_given_up(stage.order())
    found = read(stage.world)
    assert found[SECONDS, ("refused", "stock")] == 1
    assert (found[GIVEN_UP, ("stock",)], found[GIVEN_UP, ("other",)]) == (1, 1)


def test_names_of_authors_are_no_labels(stage):
    for number in range(5):
        text = SUPPLY.replace("supply", f"s{number}").replace("service:stock", f"service:n{number}")
        stage.world.store(text)
        stage.until_given_up(stage.order(f"s{number}"))
    labels = {label for name, labels in read(stage.world) if "deliver" in name for label in labels}
    assert "n1" not in labels
    assert read(stage.world)[GIVEN_UP, ("other",)] == 5
