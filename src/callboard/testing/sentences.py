"""The sentences of steps, and how a text is matched to one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from callboard.core.values import ABSENT, Absent, Json
from callboard.testing import steps
from callboard.testing.errors import StepError
from callboard.testing.values import Argument, argument_value, inline_value


@dataclass(frozen=True)
class Sentence:
    """A step's sentence: its pattern, whether a value may follow, and what it calls.

    `takes`: "no" value; "with" one, introduced by the word `with`; or "is" one, right at the end.
    """

    pattern: str
    call: Callable[[steps.Call], None]
    takes: str = "no"
    names: tuple[str, ...] = field(default=())

    @cached_property
    def regex(self) -> re.Pattern[str]:
        tail = {
            "no": r"(?P<colon>:)?",
            "with": r"(?: with(?:(?P<colon>:)| (?P<value>.+)))?",
            "is": r"(?:(?P<colon>:)| (?P<value>.+))",
        }[self.takes]
        return re.compile(self.pattern + tail)


_P = r'(?: (?:in|of|for|from) the "(?P<process>[^"]*)" process)?'
_THE_PROCESS = r'the(?: "(?P<process>[^"]*)")? process'


def _quoted(name: str) -> str:
    return rf'"(?P<{name}>[^"]*)"'


SENTENCES: tuple[Sentence, ...] = (
    Sentence(
        rf"{_THE_PROCESS} is (?:created from|using) the {_quoted('scenario')} scenario",
        steps.create,
    ),
    Sentence(
        rf"{_quoted('person')} is the(?: {_quoted('actor')})? actor{_P}", steps.assign, "with"
    ),
    Sentence(
        rf"the {_quoted('service')} service does {_quoted('action')}{_P}",
        steps.act_as_service,
        "with",
    ),
    Sentence(rf"{_quoted('person')} does {_quoted('action')}{_P}", steps.act, "with"),
    Sentence(
        rf"(?P<count>\d+(?:\.\d+)?) (?P<unit>(?:second|minute|hour|day|week)s?) pass(?:es)?{_P}",
        steps.wait,
    ),
    Sentence(rf"{_THE_PROCESS} is in {_quoted('state')}", steps.is_in_state),
    Sentence(rf"{_THE_PROCESS} has not ended(?: in {_quoted('state')})?", steps.has_not_ended),
    Sentence(rf"{_THE_PROCESS}(?: has)? ended(?: in {_quoted('state')})?", steps.has_ended, "with"),
    Sentence(rf"the state (?P<field>[\w-]+){_P} (?:is|are)", steps.state_has, "is"),
    Sentence(
        rf"actor {_quoted('actor')}{_P} has (?:the )?instructions {_quoted('text')}",
        steps.has_instructions,
    ),
    Sentence(
        rf"actor {_quoted('actor')}{_P} has (?:the )?instructions", steps.has_instructions, "is"
    ),
    Sentence(rf"{_THE_PROCESS} has actor {_quoted('actor')}", steps.has_actor),
    Sentence(rf"actor {_quoted('actor')}{_P} has {_quoted('path')}(?: is)?", steps.actor_has, "is"),
    Sentence(rf"variable {_quoted('path')}{_P} is", steps.variable_is, "is"),
    Sentence(rf"{_THE_PROCESS} result is", steps.result_is, "is"),
    Sentence(rf"the result{_P} is", steps.result_is, "is"),
    Sentence(
        rf"{_THE_PROCESS} (?:has|(?P<not>doesn't have|does not have)) (?:the )?"
        rf"tag {_quoted('tag')}",
        steps.has_tag,
    ),
    Sentence(
        rf"(?:the )?service {_quoted('service')}{_P} is (?P<not>not )?notified",
        steps.service_is_notified,
        "with",
    ),
    Sentence(
        rf"the last event{_P} is (?P<not>not )?skipped(?: with {_quoted('error')})?",
        steps.last_is_skipped,
        "with",
    ),
    Sentence(rf"the last event{_P} is a time-?out", steps.last_is_timeout),
    Sentence(rf"nothing is skipped{_P}", steps.nothing_is_skipped),
)


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence that a text means, the names in it, and the value that was given."""

    sentence: Sentence
    names: dict[str, str | None]
    value: Json | Absent


def match(text: str, argument: Argument | None, extra: tuple[Sentence, ...] = ()) -> Match:
    """The sentence that a step's text means. Raises StepError when there is none."""
    plain = text.strip()
    plain = plain.removesuffix(".")
    for sentence in (*extra, *SENTENCES):
        found = sentence.regex.fullmatch(plain)
        if found is not None:
            groups = found.groupdict()
            value = _value(sentence, groups, argument)
            names = {key: groups[key] for key in groups if key not in ("value", "colon")}
            return Match(sentence, names, value)
    raise StepError(f"There is no step {text!r}. The reference of steps lists them all.")


def _value(
    sentence: Sentence, groups: dict[str, str | None], argument: Argument | None
) -> Json | Absent:
    inline = groups.get("value")
    if argument is not None:
        if inline is not None:
            raise StepError("A value stands both in the step and below it.")
        if sentence.takes == "no":
            raise StepError("This step takes nothing below it.")
        return argument_value(argument)
    if inline is not None:
        return inline_value(inline)
    if groups.get("colon"):
        raise StepError("The step ends with a colon, but no table or docstring is below it.")
    return ABSENT
