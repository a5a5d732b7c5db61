"""Several workers on one machine: processes that are started, watched, started again, and ended.

Theory: the supervisor does nothing but that, so it has nothing that could fail. Each worker is a
fork of it, with a socket of its own on the common port; the system spreads connections between them
(decision 0013). The supervisor keeps the sockets, so what waits at one is not lost when its
worker dies; of a worker that dies again and again the socket is closed, and the others get all.

The first worker is started alone. What is wrong with the settings or the database shows there,
once, and migrations are done when the others come. One that could begin once is started again for
good, after pauses that grow while it does not last: what keeps it from beginning may go away.

Invariants: a worker does not outlive its supervisor: they share a pipe, which closes with that. A
signal reaches each worker once, for a terminal's would reach all of them as well.
"""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Final, NamedTuple

from callboard.errors import CallboardError
from callboard.server.serve import listen_beside

__all__ = ["Supervisor", "Task", "WorkerError"]

log: Final = logging.getLogger("callboard.supervisor")

STEADY_SECONDS: Final = 30.0
"""A worker that lasted so long is started again at once."""
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 10.0
FAILED: Final = 3
_BEGUN: Final = b"+"
_ENDS: Final = (signal.SIGTERM, signal.SIGINT)
_LONGEST: Final = 4_000


class WorkerError(CallboardError):
    """The workers cannot begin, or did not end well."""

    code = "worker"


class Task(NamedTuple):
    """What a worker is given."""

    number: int
    """From 1."""
    sock: socket.socket
    folder: Path
    """One that only the workers of this supervisor share."""
    lifeline: int
    """A file descriptor at whose end the supervisor has died."""
    told: int
    """And one by which it is told."""

    def begun(self) -> None:
        """Say that this worker answers."""
        os.write(self.told, _BEGUN)

    def failed(self, why: str) -> int:
        """Say why it cannot go on; the code to exit with."""
        os.write(self.told, why.encode()[:_LONGEST])
        return FAILED


@dataclass(slots=True)
class Place:
    """One worker after the other, of one number."""

    number: int
    sock: socket.socket | None
    pid: int = 0
    told: int = -1
    since: float = 0.0
    begun: bool = False
    why: str = ""
    failures: int = 0
    again: float = 0.0
    """When the next is started, where there is none."""


class Supervisor:
    """Workers, one for each socket."""

    def __init__(
        self, sockets: Sequence[socket.socket], work: Callable[[Task], int], patience: float
    ) -> None:
        """`work` is a worker's life, and gives its exit code; ending may take it `patience`."""
        self._where = sockets[0].getsockname()[:2]
        self._apart = sys.platform == "linux"
        self._places = [Place(number, sock) for number, sock in enumerate(sockets, 1)]
        self._work, self._patience = work, patience
        self._folder = Path(tempfile.mkdtemp(prefix="callboard-"))
        self._lifeline, self._life = os.pipe()
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        os.set_blocking(self._woken, False)
        self._asked: list[int] = []
        """Signals that ask for the end, in the order they came."""
        self._well = True

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for place in self._places:
            if place.sock is not None:
                place.sock.close()
        for end in (self._lifeline, self._life, self._woken, self._waker):
            os.close(end)
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, announce: Callable[[], None]) -> None:
        """Keep the workers at work until SIGTERM or SIGINT, then see them end. Raises `WorkerError`
        when the first cannot begin, or one does not end well.
        """
        with self._signals():
            first, *others = self._places
            self._start(first)
            while first.pid and not first.begun:
                self._wait()
            if first.begun:
                announce()
                for place in others:
                    self._start(place)
                while not self._asked:
                    self._wait()
                    self._start_again()
            self._see_the_end()
        if not first.begun and not self._asked:
            raise WorkerError(first.why or "The first worker has died. The log has more.")
        if not self._well:
            raise WorkerError("Not every worker ended well. The log has more.")

    # Waiting

    def _wait(self, most: float = 1.0) -> None:
        """Sleep until something has happened, and take it in."""
        ends = [place.told for place in self._places if place.told >= 0]
        dues = [p.again - monotonic() for p in self._places if not p.pid and not self._asked]
        readable, _, _ = select.select([self._woken, *ends], [], [], max(0.0, min([most, *dues])))
        if self._woken in readable:
            with suppress(BlockingIOError):
                os.read(self._woken, 4_096)
        for place in self._places:
            if place.told in readable:
                self._hear(place)
            if place.pid:
                self._look_after(place)

    def _hear(self, place: Place) -> None:
        text = os.read(place.told, _LONGEST)
        if text == _BEGUN:
            place.begun = True
        elif text:
            place.why = text.removeprefix(_BEGUN).decode("utf-8", "replace")
        else:
            os.close(place.told)
            place.told = -1

    def _look_after(self, place: Place) -> None:
        """Take note of its end."""
        pid, status = os.waitpid(place.pid, os.WNOHANG)
        if not pid:
            return
        while place.told >= 0:
            self._hear(place)
        place.pid, code = 0, os.waitstatus_to_exitcode(status)
        if self._asked:
            self._well = self._well and (code == 0 or not place.begun)
            return
        lasted = monotonic() - place.since
        place.failures = 0 if lasted > STEADY_SECONDS else place.failures + 1
        pause = 0.0 if place.failures == 0 else FIRST_PAUSE * 2.0 ** min(place.failures - 1, 30)
        pause = min(pause, LONGEST_PAUSE)
        place.again = monotonic() + pause
        if pause > FIRST_PAUSE and self._apart and place.sock is not None:
            place.sock.close()
            place.sock = None
        if self._places[0].begun or self._places[0] is not place:
            facts = {"worker": place.number, "pid": pid, "code": code, "why": place.why}
            log.error("a worker died; another takes its place", extra={**facts, "seconds": pause})

    # Starting

    def _start_again(self) -> None:
        now = monotonic()
        for place in self._places:
            if not place.pid and place.again <= now and not self._asked:
                self._start(place)

    def _start(self, place: Place) -> None:
        """Start one, unless the end was asked for."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        try:
            # A signal that came before is known now; one that comes later finds the worker.
            if not self._asked:
                self._fork(place)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)

    def _fork(self, place: Place) -> None:
        if place.sock is None:
            place.sock = listen_beside(*self._where)
        place.told, tell = os.pipe()
        place.begun, place.why, place.since = False, "", monotonic()
        task = Task(place.number, place.sock, self._folder, self._lifeline, tell)
        sys.stdout.flush()
        sys.stderr.flush()
        place.pid = os.fork()
        if place.pid == 0:
            self._become(task)
        os.close(tell)

    def _become(self, task: Task) -> None:
        """Be a worker, and nothing of the supervisor any more."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for name in (*_ENDS, signal.SIGCHLD):
                signal.signal(name, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
            os.setpgid(0, 0)
            os.close(self._life)
            for place in self._places:
                if place.told >= 0:
                    os.close(place.told)
                if place.sock is not None and place.sock is not task.sock:
                    place.sock.close()
            code = self._work(task)
        except BaseException:
            log.exception("a worker failed", extra={"worker": task.number})
        finally:
            logging.shutdown()
            os._exit(code)

    # Ending

    @contextmanager
    def _signals(self) -> Iterator[None]:
        names = (*_ENDS, signal.SIGCHLD)
        before = {name: signal.getsignal(name) for name in names}
        for name in _ENDS:
            signal.signal(name, self._end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        woke = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(woke)
            for name, handler in before.items():
                signal.signal(name, handler)

    def _end(self, name: int, _frame: object) -> None:
        """Pass a signal on."""
        self._asked.append(name)
        for place in self._places:
            if place.pid:
                with suppress(ProcessLookupError):
                    os.kill(place.pid, name)

    def _see_the_end(self) -> None:
        """Wait until all workers have ended; those that do not are killed."""
        until = monotonic() + self._patience
        while any(place.pid for place in self._places):
            self._wait()
            if monotonic() < until:
                continue
            for place in self._places:
                if place.pid:
                    log.error("a worker does not end", extra={"worker": place.number})
                    os.kill(place.pid, signal.SIGKILL)
