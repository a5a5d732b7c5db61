"""The demonstration plays to its end, tells what happens, and leaves nothing running."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time

import httpx
import pytest

from tests.architecture.tree import ROOT

DEMO = str(ROOT / "docs" / "scripts" / "demo.py")
STORY = [
    "requester Request: 6 pieces for 56 EUR",
    "service:stock Stock counted: 5 of 6 pieces are in stock.",
    "buyer Order it: The order goes out to the supplier.",
    "time No confirmation: The supplier has not confirmed within two days.",
    "service:stock Stock counted: 5 of 6 pieces are in stock.",
    "buyer Order it: The order goes out to the supplier.",
    "buyer Supplier confirmed: Order number A-17",
    "requester Part of the goods received: 2 of 6 pieces",
    "requester Goods received: All 6 pieces are here.",
    "buyer Close the order: Everything is here and booked.",
]


def test_it_tells_the_story_and_proves_it() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", DEMO],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(r"^\d{4}-\d\d-\d\d \d\d:\d\d  (.*)$", done.stdout, re.MULTILINE)
    assert [" ".join(line.split()) for line in told] == STORY
    assert "failed: It did not answer in time." in done.stdout
    assert "11 events, hashes and links hold" in done.stdout


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_it_can_stay_until_it_is_ended(name: signal.Signals) -> None:
    running = subprocess.Popen(
        [sys.executable, DEMO, "--stay"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    lines = []
    for line in running.stdout or ():
        lines.append(line)
        if "Ctrl+C ends it." in line:
            break
    found = re.search(r"http://127\.0\.0\.1:\d+", "".join(lines))
    assert found, lines
    assert httpx.get(f"{found[0]}/readyz").status_code == 200
    running.send_signal(name)
    running.communicate(timeout=30)
    assert running.returncode == 0
    time.sleep(0.1)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{found[0]}/readyz")


def test_the_scripts_are_typed() -> None:
    scripts = [DEMO, str(ROOT / "docs" / "scripts" / "stock_service.py")]
    subprocess.run([sys.executable, "-m", "mypy", "--strict", *scripts], check=True)
