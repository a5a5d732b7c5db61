"""The page of the Python client's reference, written from its signatures and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from itertools import pairwise
from typing import Any, Final

import callboard.client as package
from callboard.client import Client, Document, ProblemError, Retry, Stream

__all__ = ["client_page"]

HEAD: Final = """\
# The Python client

<!-- Written by `make reference`. Do not edit. -->

`pip install 'callboard[client]'`, then `from callboard.client import Client`. How to use it is told
in [Use the Python client](../how-to/use-the-python-client.md).

`AsyncClient` and `AsyncStream` are the same for asyncio: methods are awaited, lists and streams are
gone through with `async for`, blocks are `async with`, `close` is `aclose`, and `token` may be a
coroutine function.

"""
WIDTH: Final = 90
PLAIN: Final = (str, int, float, bool, type(None), tuple)


def client_page() -> str:
    """`docs/reference/client.md`."""
    parts = [HEAD, *_chapter("Client", Client)]
    for name, group in _groups():
        parts += _chapter(f"client.{name}", group, constructor=False)
    parts += [*_chapter("Stream", Stream, constructor=False), *_retry()]
    parts += ["## What comes back\n\n", f"{_text(Document)}\n\n"]
    kinds = [getattr(package, name) for name in package.__all__]
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Document) and kind is not Document:
            parts += _model(kind)
    parts.append("## What can go wrong\n\n")
    tree = inspect.getdoc(package.errors) or ""
    parts.append(f"```text\n{inspect.cleandoc(_indented(tree))}\n```\n\n")
    parts.append("A `ProblemError` has:\n\n| | |\n|---|---|\n")
    parts += [f"| `{name}` | {about} |\n" for name, about in _said_in(ProblemError)]
    parts.append("\nEach of its `errors`:\n\n| | |\n|---|---|\n")
    parts += [f"| `{name}` | {about} |\n" for name, about in _said_in(package.Reason)]
    return "".join(parts)


def _groups() -> Iterator[tuple[str, type]]:
    """What hangs on a client: `scenarios`, `api_keys`, …"""
    with Client("http://127.0.0.1") as client:
        for name, value in vars(client).items():
            if not name.startswith("_"):
                yield name, type(value)


def _chapter(title: str, kind: type, *, constructor: bool = True) -> Iterator[str]:
    yield f"## {title}\n\n"
    if constructor:
        yield f"```python\n{_signature(kind.__name__, vars(kind)['__init__'])}\n```\n\n"
    yield f"{_text(kind)}\n\n"
    for name, member in _members(kind):
        if callable(member):
            yield f"### {title.lower()}.{name}\n\n```python\n{_signature(name, member)}\n```\n\n"
        else:
            yield f"### {title.lower()}.{name}\n\n"
        yield f"{_text(member)}\n\n"


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Methods and properties, in the order in which they are written, its own before inherited."""
    seen: set[str] = set()
    for parent in kind.__mro__[:-1]:
        for name, member in vars(parent).items():
            plain = inspect.isfunction(member) or isinstance(member, property)
            if plain and not name.startswith("_") and name not in seen:
                seen.add(name)
                yield name, member


def _signature(name: str, function: Any) -> str:
    signature = inspect.signature(function)
    given = [_parameter(item) for item in signature.parameters.values() if item.name != "self"]
    kinds = [item.kind for item in signature.parameters.values() if item.name != "self"]
    if inspect.Parameter.KEYWORD_ONLY in kinds:
        given.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    end = "" if name[0].isupper() else f" -> {signature.return_annotation}"
    line = f"{name}({', '.join(given)}){end}"
    if len(line) <= WIDTH:
        return line
    return f"{name}(\n" + "".join(f"    {item},\n" for item in given) + f"){end}"


def _parameter(item: inspect.Parameter) -> str:
    star = "**" if item.kind is inspect.Parameter.VAR_KEYWORD else ""
    text = f"{star}{item.name}: {item.annotation}"
    return text if item.default is item.empty else f"{text} = {_default(item.default)}"


def _default(value: Any) -> str:
    if isinstance(value, PLAIN):
        return repr(value)
    return "ABSENT" if value is package.ABSENT else f"{type(value).__name__}(…)"


def _retry() -> Iterator[str]:
    yield f"## Retry\n\n{_text(Retry)}\n\n| | default | |\n|---|---|---|\n"
    about = dict(_said_in(Retry))
    for item in fields(Retry):
        yield f"| `{item.name}` | `{item.default}` | {about[item.name]} |\n"
    yield "\n"


def _model(kind: type[Document]) -> Iterator[str]:
    yield f"### {kind.__name__}\n\n{_text(kind)}\n\n"
    rows = [*_rows(kind)]
    if rows:
        yield "| | | |\n|---|---|---|\n"
        yield from rows
        yield "\n"


def _rows(kind: type[Document]) -> Iterator[str]:
    said = dict(_said_in(kind))
    if is_dataclass(kind):
        for item in fields(kind):
            if item.name in said and item.default is not MISSING:
                yield _row(item.name, str(item.type), said[item.name])
    for name, member in _members(kind):
        if isinstance(member, property) and member.fget is not None:
            annotation = str(inspect.signature(member.fget).return_annotation)
            yield _row(name, annotation, _text(member))


def _row(name: str, annotation: str, about: str) -> str:
    shown = annotation.replace("|", "\\|")
    return f"| `{name}` | `{shown}` | {about} |\n"


def _said_in(kind: type) -> Iterator[tuple[str, str]]:
    """Attributes, and the texts right below them in the source."""
    lines = inspect.getsource(kind).splitlines()
    for line, below in pairwise(lines):
        name, colon, _ = line.strip().removeprefix("self.").partition(":")
        if colon and name.isidentifier() and below.strip().startswith('"""'):
            yield name, below.strip().strip('"')


def _text(thing: Any) -> str:
    return inspect.getdoc(thing) or ""


def _indented(text: str) -> str:
    """The drawing in a docstring."""
    return "\n".join(line for line in text.splitlines() if line.startswith("    "))
