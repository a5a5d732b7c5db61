"""Makes the client without asyncio, `client/_sync`, from the one with it, `client/_async`.

Theory: the two differ in words only. Tokens are replaced, not text, so that nothing inside of a
name or a string changes by accident; the examples in docstrings are told the same way. ruff brings
the result into form. A test holds the files against what this gives.

    python -m scripts.unasync
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SOURCE: Final = ROOT / "src/callboard/client/_async"
TARGET: Final = ROOT / "src/callboard/client/_sync"

DROPPED: Final = ("async", "await")
WORDS: Final = {
    "_async": "_sync",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aclosing": "closing",
    "aiter_bytes": "iter_bytes",
    "anext": "next",
    "aread": "read",
    "asynccontextmanager": "contextmanager",
    "bearer_async": "bearer",
    "pause_async": "pause",
    "AsyncBaseTransport": "BaseTransport",
    "StopAsyncIteration": "StopIteration",
}
PREFIX: Final = re.compile(r"^Async(?=[A-Z])")
HEAD: Final = '''\
"""The client without asyncio. Written by `make unasync` from `_async`. Do not edit."""
'''


def translate(text: str) -> str:
    """A module without asyncio.

    >>> translate("async def f(a: AsyncIterator[int]) -> int:\\\\n    return await anext(a)\\\\n")
    'def f(a: Iterator[int]) -> int:\\\\n    return next(a)\\\\n'
    """
    starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
    parts, done = [], 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        if token.type == tokenize.NAME and token.string in DROPPED:
            parts.append(text[done:start])
            done = end + 1
        elif token.type in (tokenize.NAME, tokenize.STRING):
            word = _word if token.type == tokenize.NAME else _told
            parts += [text[done:start], word(token.string)]
            done = end
    return "".join([*parts, text[done:]])


def _word(name: str) -> str:
    return WORDS.get(name) or PREFIX.sub("", name)


def _told(text: str) -> str:
    """A string: the words of code in it, each where it stands alone."""
    without = re.sub(r"\b(?:async|await) (?=\w)", "", text)
    return re.sub(r"\b\w+\b", lambda found: _word(found[0]), without)


def formed(text: str, name: str) -> str:
    """The text as ruff writes it."""
    for command in (
        ["check", "--quiet", "--fix-only", "--select=I"],
        ["format", "--quiet"],
    ):
        run = subprocess.run(  # noqa: S603 (our own tools)
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", name, "-"],
            input=text,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        text = run.stdout
    return text


def modules() -> Iterator[tuple[Path, str]]:
    """Each module of `_sync` and its text."""
    yield TARGET / "__init__.py", HEAD
    for source in sorted(SOURCE.glob("*.py")):
        if source.name != "__init__.py":
            target = TARGET / source.name
            yield target, formed(translate(source.read_text(encoding="utf-8")), str(target))


def write() -> None:
    """Write all modules."""
    TARGET.mkdir(exist_ok=True)
    for path, text in modules():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
