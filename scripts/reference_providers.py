"""The page of the providers that come with Callboard: the docstrings of their records."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Final, get_type_hints

from callboard.settings.values import kind_of
from callboard.transports import find_provider
from callboard.transports.registry import BUILT_IN
from scripts.reference_records import default_of, docstrings

PROJECT: Final = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())[
    "project"
]
EXTRAS: Final = frozenset(PROJECT["optional-dependencies"])
"""A provider that needs libraries has an extra of its name."""

HEAD: Final = """\
# Providers

<!-- Written by `make reference`. Do not edit. -->

A service that scenarios notify is a table of the settings: its `provider`, and what this one needs
to know. A text can also come from the environment, as `SERVICE_<NAME>_<SETTING>`, which is good for
secrets. Settings may be written as in `receiveTimeout`, too. Those that are needed have to be
given; whatever is wrong with one is said at the start.

```toml
[services.stock]
provider = "webhook"
url = "https://stock.example.com/told"
```

Whatever the provider: a message has the same id however often it is sent, a text is sent as text
and anything else as JSON, and an answer is JSON or text in UTF-8. An answer that nobody can use is
refused and kept for operators, and nothing changes.

[Connect a service](../how-to/connect-a-service.md) shows one from end to end, and
[Write a transport](../how-to/write-a-transport.md) how to add a provider. Those that are installed
are listed by `callboard info`.
"""


def providers_page() -> str:
    """`docs/reference/providers.md`."""
    return "\n".join([HEAD, *map(_section, sorted(BUILT_IN))])


def _section(name: str) -> str:
    kind = find_provider(name).config
    texts = docstrings(kind)
    kinds = get_type_hints(kind)
    rows = [
        f"| `{item.name}` | {kind_of(kinds[item.name])} | {_default(item)} | {texts[item.name]} |"
        for item in fields(kind)
    ]
    parts = [f"## {name}", " ".join(str(kind.__doc__).split())]
    if name in EXTRAS:
        parts.append(f"It needs an extra: `pip install 'callboard[{name}]'`.")
    if rows:
        parts.append("\n".join(["| setting | is | default | |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _default(item: Field[Any]) -> str:
    if item.default_factory is not MISSING:
        return default_of(item.default_factory()) if item.default_factory() else ""
    return "needed" if item.default is MISSING else default_of(item.default)
