"""What records of settings say about themselves, for the generated pages."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from pathlib import Path
from types import MappingProxyType


def docstrings(kind: type) -> dict[str, str]:
    """The text below each field of a class, in one line."""
    definition = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(definition, ast.ClassDef)
    found: dict[str, str] = {}
    for node, following in zip(definition.body, definition.body[1:], strict=False):
        match node, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=text)):
                found[name] = " ".join(str(text).split())
    return found


def default_of(value: object) -> str:
    """A default as it would be written in the file."""
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, MappingProxyType):
        value = dict(value)
    if isinstance(value, (frozenset, tuple)):
        value = sorted(value)
    if isinstance(value, Path):
        value = str(value)
    return f"`{json.dumps(value)}`"
