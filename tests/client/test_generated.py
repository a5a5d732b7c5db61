"""The client without asyncio is what is made of the one with it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from callboard.client import AsyncClient, Client
from scripts.unasync import TARGET, modules, translate

MODULES = list(modules())


@pytest.mark.parametrize(("path", "text"), MODULES, ids=lambda value: getattr(value, "stem", ""))
def test_a_module_is_current(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run `make unasync`"


def test_no_module_is_left_over() -> None:
    assert set(TARGET.glob("*.py")) == {path for path, _ in MODULES}


def test_nothing_waits_in_it() -> None:
    kinds = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    assert not [
        node for _, text in MODULES for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)
    ]


def test_both_have_the_same_methods() -> None:
    def names(kind: type) -> set[str]:
        return {name for name, _ in inspect.getmembers(kind, callable) if name[0] != "_"}

    assert names(AsyncClient) - {"aclose"} == names(Client) - {"close"}


def test_words_are_told_from_parts_of_words() -> None:
    text = (
        'async def awaited(x: AsyncClient) -> str:\n    return await f(x, "an async one", asyncs)\n'
    )
    assert translate(text) == (
        'def awaited(x: Client) -> str:\n    return f(x, "an one", asyncs)\n'
    )
