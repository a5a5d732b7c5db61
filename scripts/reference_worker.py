"""The page of the worker kit, written from its signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Final

from callboard.worker import (
    Action,
    Amqp,
    Message,
    Nats,
    Polling,
    Refused,
    Retry,
    Step,
    Way,
    Webhook,
    Worker,
)
from scripts.reference_records import docstrings

__all__ = ["worker_page"]

HEAD: Final = """\
# The worker kit

<!-- Written by `make reference`. Do not edit. -->

`from callboard.worker import Worker`: for services in Python. How to use it is told in [Write a
service](../how-to/write-a-service.md). `Polling` needs `callboard[client]`, `Amqp`
`callboard[amqp]`, `Nats` `callboard[nats]`.
"""
WIDTH: Final = 90


def worker_page() -> str:
    """`docs/reference/worker.md`."""
    sections = [HEAD, *_worker()]
    sections += ["## What a handler gets\n", *map(_record, (Message, Action))]
    sections += ["## What it may say, besides an answer\n"]
    sections += [*map(_raised, (Retry, Refused)), _record(Step)]
    sections += ["## Ways to receive\n", *map(_record, (Webhook, Polling, Amqp, Nats)), _way()]
    return "\n".join(sections)


def _worker() -> Iterator[str]:
    yield f"## Worker\n\n{_code(_signature('Worker', vars(Worker)['__init__']))}\n{_text(Worker)}\n"
    for name, member in vars(Worker).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            yield f"### worker.{name}\n\n{_code(_signature(name, member))}\n{_text(member)}\n"


def _raised(kind: type) -> str:
    code = _code(_signature(kind.__name__, vars(kind)["__init__"]))
    return f"### {kind.__name__}\n\n{code}\n{_text(kind)}\n"


def _way() -> str:
    """The protocol for those who write a way of their own."""
    receive = vars(Way)["receive"]
    return f"### Way\n\n{_text(Way)}\n\n{_code(_signature('receive', receive))}\n{_text(receive)}\n"


def _record(kind: Any) -> str:
    """A frozen record: its fields, and what is read from them."""
    said = docstrings(kind)
    rows = ["| | is | default | |", "|---|---|---|---|"]
    if is_dataclass(kind):
        rows += [
            _row(item.name, item.type, _default(item), said[item.name]) for item in fields(kind)
        ]
    for name, member in vars(kind).items():
        if isinstance(member, property) and member.fget is not None and not name.startswith("_"):
            kinds = inspect.signature(member.fget).return_annotation
            rows.append(_row(name, kinds, "", " ".join(_text(member).split())))
    return f"### {kind.__name__}\n\n{_text(kind)}\n\n" + "\n".join(rows) + "\n"


def _row(name: str, kind: object, default: str, about: str) -> str:
    shown = str(kind).replace("|", "\\|")
    return f"| `{name}` | `{shown}` | {default} | {about} |"


def _default(item: Field[Any]) -> str:
    if item.default is not MISSING:
        return f"`{item.default!r}`"
    return "needed" if item.default_factory is MISSING else ""


def _signature(name: str, function: Any) -> str:
    """A signature in one line, or a line for each parameter."""
    signature = inspect.signature(function)
    shown = str(signature.replace(parameters=[*signature.parameters.values()][1:]))
    shown = re.sub(r"(: |-> )'([^']*)'", r"\1\2", shown)
    if name[0].isupper():
        shown = shown.removesuffix(" -> None")
    if len(name + shown) <= WIDTH:
        return name + shown
    inside, end = shown[1:].rsplit(")", 1)
    parts = [f"    {part},\n" for part in _split(inside)]
    return f"{name}(\n{''.join(parts)}){end}"


def _split(text: str) -> Iterator[str]:
    """Parameters, at the commas that are in no brackets."""
    depth, part = 0, ""
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += character
    yield part.strip()


def _code(text: str) -> str:
    return f"```python\n{text}\n```\n"


def _text(thing: Any) -> str:
    return inspect.getdoc(thing) or ""
