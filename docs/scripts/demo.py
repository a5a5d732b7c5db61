"""A purchase order from the request to the goods, with two services, told step by step.

    make demo                   plays it and ends
    make demo ARGS=--stay       leaves everything running, and says where to look

An engine in development mode starts on a scratch database, and beside it the stock service of
`stock_service.py`, which the engine tells by webhook. The supplier's system takes connections and
never answers, so after two days the order goes back to purchasing. Nobody waits for two days: in
development mode the engine's clock can be moved.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import CalledProcessError

import httpx

from callboard.client import ABSENT, Client, ClientError, Process

HERE = Path(__file__).parent
DAY = 86_400
SECONDS = 30
TIME_OUT = "time-out"
ORDER = {
    "supplier": "Mill & Co",
    "lines": [
        {"item": "Flour", "quantity": 4, "price": 12.5},
        {"item": "Yeast", "quantity": 2, "price": 3},
    ],
}


def say(text: str) -> None:
    """Tell the reader, at once."""
    print(text, flush=True)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def program(*arguments: str, log: Path, **environment: str) -> Iterator[None]:
    """A Python program beside this one; what it says goes to a file."""
    clean = {name: value for name, value in os.environ.items() if "CALLBOARD_" not in name}
    with log.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, *arguments], stdout=file, stderr=file, env=clean | environment
        )
        try:
            yield
        finally:
            running.terminate()
            running.wait(timeout=SECONDS)


def until(what: str, holds: Callable[[], bool]) -> None:
    """Wait for something, but not forever."""
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen in {SECONDS} seconds")
        time.sleep(0.05)


class Demo:
    """Alice, Bob and an operator, and the purchase order that they act out."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self.url = url
        self.admin = stack.enter_context(Client(url))
        until("the start of the engine", self._is_ready)
        tokens = {account.id: account.token for account in self.admin.demo_accounts()}
        self.alice = stack.enter_context(Client(url, token=tokens["alice"]))
        self.bob = stack.enter_context(Client(url, token=tokens["bob"]))
        self.order: Process = self.alice.start("purchase-order")
        self._told = len(self.order.events)

    def _is_ready(self) -> bool:
        try:
            return self.admin.ready()
        except ClientError:
            return False

    def act(self, who: Client, action: str, response: object = ABSENT) -> None:
        """Let somebody do something, and tell what came of it."""
        who.step(self.order, action, response)
        self.expect(action)

    def expect(self, *actions: str) -> None:
        """Wait until this was done, by whomever, and tell it."""
        count = len(actions)
        until(" and ".join(actions), lambda: self._news()[:count] == list(actions))
        for place in range(self._told, self._told + count):
            event, entry = self.order.events[place], self.order.previous[place - 1]
            who = (event.get("actor") or {}).get("key", "time")
            when = event["timestamp"][:16].replace("T", " ")
            say(f"{when}  {who:14} {entry['title']}: {entry.get('description', '')}")
        say(f"{'':33}-> {self.order.current.title}")
        self._told += count

    def _news(self) -> list[str]:
        """What was done that was not told."""
        self.order = self.admin.refresh(self.order)
        return [str(event.get("action") or TIME_OUT) for event in self.order.events[self._told :]]

    def let_pass(self, days: int) -> None:
        """Move the engine's clock."""
        say(f"\n... {days} days pass (POST /admin/clock) ...\n")
        httpx.post(f"{self.url}/admin/clock", json={"seconds": days * DAY}).raise_for_status()

    def attempts(self, service: str) -> list[str]:
        """What came of every try to tell a service."""
        where = f"{self.url}/admin/processes/{self.order.id}/notifications"
        found = httpx.get(where).raise_for_status().json()
        return [
            f"{item['outcome']}: {item['detail']}" for item in found if item["service"] == service
        ]


def play(demo: Demo) -> None:
    """The purchase order."""
    say("Alice needs flour and yeast. Her purchase order is")
    say(f"{demo.url}/processes/{demo.order.id}\n")
    demo.act(demo.alice, "request", ORDER)
    say("\nThe engine tells the stock service, which counts and answers.\n")
    demo.expect("report_stock")
    say("\nBob, who does the purchasing, orders it, and the engine tells the supplier's system.\n")
    demo.act(demo.bob, "order")
    until("a try to tell the supplier", lambda: bool(demo.attempts("ordering")))
    say(f"\nThe first try has {demo.attempts('ordering')[0]} The engine will try again.")
    demo.let_pass(2)
    demo.expect(TIME_OUT, "report_stock")
    say("\nBob has it again, and the stock was counted again. He orders, and calls the supplier.\n")
    demo.act(demo.bob, "order")
    demo.act(demo.bob, "confirm", {"status": "accepted", "reference": "A-17"})
    demo.let_pass(5)
    say("The goods arrive in two parts, and Bob closes the order.\n")
    demo.act(demo.alice, "receive", {"pieces": 2})
    demo.act(demo.alice, "receive", {"pieces": 4})
    demo.act(demo.bob, "close")
    say(f"\nOutcome: {json.dumps(demo.order.result)}")


def check(demo: Demo, folder: Path) -> None:
    """The chain holds, here and wherever else somebody looks. Raises when it does not."""
    proof = demo.admin.verify(demo.order)
    if not proof.ok:
        raise AssertionError("the chain does not hold")
    file = folder / "purchase-order.json"
    file.write_text(json.dumps(demo.admin.bundle(demo.order)))
    verify = [sys.executable, "-m", "callboard", "verify", str(file)]
    done = subprocess.run(verify, check=True, capture_output=True, text=True)
    say("Verified by the engine, and anywhere else by `callboard verify FILE`:")
    for line in done.stdout.splitlines():
        say(f"  {line}")


@contextmanager
def stage(folder: Path, port: int) -> Iterator[Demo]:
    """The engine, the stock service, and a supplier that never answers."""
    stock, secret = free_port(), f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    with ExitStack() as stack:
        supplier = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        services = {
            "stock": {
                "provider": "webhook",
                "url": f"http://127.0.0.1:{stock}/stock",
                "secret": secret,
            },
            "ordering": {
                "provider": "webhook",
                "url": f"http://127.0.0.1:{supplier.getsockname()[1]}/orders",
                "timeout": 1,
            },
        }
        service = program(
            *(str(HERE / "stock_service.py"), str(stock)),
            log=folder / "stock.log",
            STOCK_SECRET=secret,
        )
        engine = program(
            *("-m", "callboard", "serve", "--dev", "--port", str(port)),
            *("--database", f"sqlite:///{folder / 'demo.db'}"),
            log=folder / "engine.log",
            CALLBOARD_SERVICES=json.dumps(services),
        )
        stack.enter_context(service)
        stack.enter_context(engine)
        yield Demo(f"http://127.0.0.1:{port}", stack)


def stay(demo: Demo) -> None:
    """Leave everything running until somebody ends it."""
    say("\nEverything is still running, and without a token you are the admin. Open")
    say(f"  {demo.url}/api-docs to read and try the API,")
    say(f"  {demo.url}/processes/{demo.order.id} for the order.")
    say("Ctrl+C ends it.")
    try:
        while True:
            time.sleep(DAY)
    except KeyboardInterrupt:
        say("")


def main() -> int:
    """Play it; 0 when all went as it should."""
    parser = ArgumentParser(description="A purchase order with two services, step by step.")
    parser.add_argument("--stay", action="store_true", help="leave everything running")
    parser.add_argument("--port", type=int, default=0, help="where the engine listens")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="callboard-demo-") as name:
        folder = Path(name)
        try:
            with stage(folder, given.port or free_port()) as demo:
                play(demo)
                check(demo, folder)
                if given.stay:
                    stay(demo)
        except KeyboardInterrupt:
            return 130
        except (ClientError, httpx.HTTPError, OSError, AssertionError, CalledProcessError) as error:
            say(f"\nIt went wrong: {error}")
            for log in sorted(folder.glob("*.log")):
                say(f"\n{log.name}:\n{log.read_text(errors='replace')[-4000:]}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
