"""The scenario as the rules look at it: its structure, and what follows from it."""

from __future__ import annotations

from functools import cached_property

from callboard.core.scenario.lint.live import Liveness, Reach, liveness, reachability
from callboard.core.scenario.lint.reading import Reading, read_expression, read_template
from callboard.core.scenario.lint.structure import Structure
from callboard.core.scenario.lint.texts import Text, texts_of


class Subject(Structure):
    """One scenario that is looked at."""

    @cached_property
    def live(self) -> Liveness:
        """Which of them can be taken."""
        return liveness(self)

    @cached_property
    def reach(self) -> dict[str, Reach]:
        """Whether a process can come to each state."""
        return reachability(self, self.live)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every expression and template that is evaluated."""
        return tuple(texts_of(self.written))

    def reading(self, text: Text) -> Reading:
        """What a text reads."""
        return self._readings[text.kind, text.source]

    @cached_property
    def _readings(self) -> dict[tuple[str, str], Reading]:
        reader = {"ref": read_expression, "tpl": read_template}
        different = dict.fromkeys((text.kind, text.source) for text in self.texts)
        return {(kind, text): reader[kind](text, self.limits) for kind, text in different}
