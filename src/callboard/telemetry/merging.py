"""The numbers of several workers as one text for Prometheus.

Theory: numbers of workers are not added up. One that is started again begins with zero, and a sum
would fall by what it had, which looks like a restart of all and is counted twice. So each series
has a label that says whose it is, and whoever wants the sum asks Prometheus for it. What all of
them say of their database is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from callboard.telemetry.metrics import METRICS, WORKER_UP

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

__all__ = ["merged", "packed"]

LABEL: Final = "worker"
_ALIKE: Final = frozenset(metric.name for metric in METRICS if metric.shared)


def packed(families: Iterable[Family]) -> bytes:
    """The numbers of one worker, for another one."""
    told = [
        [one.name, one.documentation, one.type, [[s.name, s.labels, s.value] for s in one.samples]]
        for one in families
    ]
    return msgspec.json.encode(told)


def merged(asked: int, packs: Mapping[int, bytes], size: int) -> bytes:
    """The text for the numbers of all workers, of which there are so many; what they have in common
    as the one tells it that was asked.
    """
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Merged(asked, packs, size))
    return generate_latest(registry)


class _Merged:
    def __init__(self, asked: int, packs: Mapping[int, bytes], size: int) -> None:
        self._asked, self._size = asked, size
        self._packs = {number: msgspec.json.decode(packs[number]) for number in sorted(packs)}

    def collect(self) -> Iterator[Family]:
        """The families, each once."""
        from prometheus_client.core import Metric as Family

        found: dict[str, Family] = {}
        for number, families in self._packs.items():
            for name, text, kind, samples in families:
                if name in _ALIKE and number != self._asked:
                    continue
                family = found.setdefault(name, Family(name, text, kind))
                for sample, labels, value in samples:
                    family.add_sample(sample, self._labels(name, labels, number), value)
        up = found[WORKER_UP.name] = Family(WORKER_UP.name, WORKER_UP.text, "gauge")
        for number in range(1, self._size + 1):
            up.add_sample(WORKER_UP.name, {LABEL: str(number)}, int(number in self._packs))
        yield from found.values()

    @staticmethod
    def _labels(name: str, labels: dict[str, Any], number: int) -> dict[str, Any]:
        return labels if name in _ALIKE else {**labels, LABEL: str(number)}
