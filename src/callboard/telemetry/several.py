"""One telemetry for several listeners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from callboard.telemetry.protocol import Labels, Metric, Span, Telemetry

__all__ = ["Several"]


class Several:
    """Tells each of them, in order."""

    def __init__(self, *listeners: Telemetry) -> None:
        self._listeners = listeners

    def count(self, metric: Metric, labels: Labels = (), amount: int = 1) -> None:
        """Tell all."""
        for listener in self._listeners:
            listener.count(metric, labels, amount)

    def observe(self, metric: Metric, labels: Labels, value: float) -> None:
        """Tell all."""
        for listener in self._listeners:
            listener.observe(metric, labels, value)

    def gauge(self, metric: Metric, labels: Labels, value: float) -> None:
        """Tell all."""
        for listener in self._listeners:
            listener.gauge(metric, labels, value)

    def span(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        """A span of each."""
        return _spans([listener.span(name, parent) for listener in self._listeners])


class _Spans:
    def __init__(self, spans: list[Span]) -> None:
        self._spans = spans

    def note(self, name: str, value: str | int) -> None:
        for span in self._spans:
            span.note(name, value)


@contextmanager
def _spans(parts: list[AbstractContextManager[Span]]) -> Iterator[Span]:
    with ExitStack() as opened:
        yield _Spans([opened.enter_context(part) for part in parts])
