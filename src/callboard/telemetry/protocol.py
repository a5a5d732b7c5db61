"""What code may tell, and the listener that does not listen."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Protocol, TypeAlias

from callboard.errors import CallboardError

Labels: TypeAlias = tuple[str, ...]
"""The values of a metric's labels, in the order of their declaration."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A number that is watched. Declared once, in `metrics`; two are never equal."""

    kind: Literal["counter", "gauge", "histogram"]
    name: str
    """With its unit, as Prometheus has it; without `_total`."""
    text: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """Of a histogram: the upper bounds, growing."""
    shared: bool = False
    """Whether it is of the database: then all who work on that tell the same."""


class TelemetryError(CallboardError):
    """What was configured to watch is not there."""

    code = "telemetry"


class Span(Protocol):
    """A stretch of work that is under way."""

    def note(self, name: str, value: str | int) -> None:
        """Something that is known of it by now."""
        ...


class Telemetry(Protocol):
    """Whoever counts and times. The values of `labels` are few: never an id, never user data."""

    def count(self, metric: Metric, labels: Labels = (), amount: int = 1) -> None:
        """Something happened `amount` times."""
        ...

    def observe(self, metric: Metric, labels: Labels, value: float) -> None:
        """Something took so long, or was so large."""
        ...

    def gauge(self, metric: Metric, labels: Labels, value: float) -> None:
        """Something is so large now."""
        ...

    def span(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        """A stretch of work: entered when it begins, left when it ends, an error with it. It is
        part of the one around it; with `parent`, a request that continues the trace of this
        W3C `traceparent`, or begins one where it is empty.
        """
        ...


class _Unseen:
    """A span that nobody sees; one is enough for all."""

    __slots__ = ()

    def __enter__(self) -> _Unseen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing ends."""

    def note(self, name: str, value: str | int) -> None:
        """Forget it."""


_UNSEEN: Final = _Unseen()


class Silent:
    """Telemetry that nobody watches."""

    def count(self, metric: Metric, labels: Labels = (), amount: int = 1) -> None:
        """Do nothing."""

    def observe(self, metric: Metric, labels: Labels, value: float) -> None:
        """Do nothing."""

    def gauge(self, metric: Metric, labels: Labels, value: float) -> None:
        """Do nothing."""

    def span(
        self,
        name: str,  # noqa: ARG002 (silence hears nothing)
        parent: str | None = None,  # noqa: ARG002 (the same)
    ) -> AbstractContextManager[Span]:
        """Do nothing around the work."""
        return _UNSEEN


SILENT: Final = Silent()
