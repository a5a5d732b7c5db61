"""Numbers kept in memory, and told as Prometheus reads them.

Theory: telling is seldom, counting is what every request does. So a number is a cell of a list,
found by its metric and labels in one dictionary; Prometheus' own library is only asked to write
them down, and only imported then.

Invariants: a metric has at most `SERIES` series, whatever its labels were meant to hold: those that
come later are counted together as `other`. One series is written by one thread.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, TypeAlias

from callboard.telemetry.merging import packed
from callboard.telemetry.metrics import METRICS
from callboard.telemetry.protocol import SILENT, Labels, Metric, Span

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric as Family

__all__ = ["Recorder"]

SERIES: Final = 1_000
OTHER: Final = "other"

Cells: TypeAlias = list[float]
"""One number; of a histogram one for each bucket and one beyond them, then the sum."""


class Recorder:
    """Telemetry in memory. It sees no spans."""

    def __init__(self) -> None:
        self._series: dict[tuple[Metric, Labels], Cells] = {}
        self._known: dict[Metric, int] = {}

    def count(self, metric: Metric, labels: Labels = (), amount: int = 1) -> None:
        """Add to a counter."""
        self._cells(metric, labels)[0] += amount

    def observe(self, metric: Metric, labels: Labels, value: float) -> None:
        """Add to a histogram."""
        cells = self._cells(metric, labels)
        cells[bisect_left(metric.buckets, value)] += 1
        cells[-1] += value

    def gauge(self, metric: Metric, labels: Labels, value: float) -> None:
        """Set a gauge."""
        self._cells(metric, labels)[0] = value

    def span(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        """Nothing: spans are not numbers."""
        return SILENT.span(name, parent)

    def _cells(self, metric: Metric, labels: Labels) -> Cells:
        cells = self._series.get((metric, labels))
        return self._new(metric, labels) if cells is None else cells

    def _new(self, metric: Metric, labels: Labels) -> Cells:
        known = self._known.get(metric, 0)
        if known >= SERIES:
            labels = (OTHER,) * len(labels)
        self._known[metric] = known + 1
        size = len(metric.buckets) + 2 if metric.kind == "histogram" else 1
        return self._series.setdefault((metric, labels), [0.0] * size)

    def text(self) -> bytes:
        """All numbers, and those of the process, in Prometheus' text format."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry())

    def packed(self) -> bytes:
        """The same, to be merged with those of others."""
        return packed(self._registry().collect())

    def _registry(self) -> CollectorRegistry:
        from prometheus_client import CollectorRegistry, ProcessCollector

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        ProcessCollector(registry=registry)
        return registry

    def collect(self) -> Iterator[Family]:
        """The numbers as Prometheus' library takes them, in the order of their declaration."""
        found: dict[Metric, list[tuple[Labels, Cells]]] = {}
        for (metric, labels), cells in list(self._series.items()):
            found.setdefault(metric, []).append((labels, cells.copy()))
        for metric in METRICS:
            yield _family(metric, found.get(metric, ()))


def _family(metric: Metric, series: list[tuple[Labels, Cells]] | tuple[()]) -> Family:
    from prometheus_client.core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )

    if metric.kind == "histogram":
        histogram = HistogramMetricFamily(metric.name, metric.text, labels=metric.labels)
        for labels, cells in series:
            histogram.add_metric(labels, _buckets(metric, cells), cells[-1])
        return histogram
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = kind(metric.name, metric.text, labels=metric.labels)
    for labels, cells in series:
        family.add_metric(labels, cells[0])
    return family


def _buckets(metric: Metric, cells: Cells) -> list[tuple[str, float]]:
    """How many lie below each bound, the last being without bound."""
    total, found = 0.0, []
    for bound, number in zip((*metric.buckets, float("inf")), cells[:-1], strict=True):
        total += number
        found.append(("+Inf" if bound == float("inf") else str(bound), total))
    return found
