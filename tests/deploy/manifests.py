"""Reading the files of a deployment: Compose, Kubernetes, systemd."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.tree import ROOT

KUBERNETES = ROOT / "deploy" / "kubernetes"
COMPOSE = ROOT / "compose.yaml"
UNIT = ROOT / "deploy" / "systemd" / "callboard.service"
EXAMPLE = ROOT / "deploy" / "compose" / "env.example"
REFERENCE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def compose() -> Any:
    """The Compose file, as it is written."""
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def filled(text: str, values: dict[str, str]) -> str:
    """A text of the Compose file with its variables; one that is needed has to be there."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        found = values.get(name, "")
        assert found or kind != "?", f"{name} {rest}"
        return found or (rest if kind == "-" else "")

    return REFERENCE.sub(value, text)


def resources() -> Iterator[tuple[Path, Any]]:
    """Every object for Kubernetes, with its file."""
    for path in sorted(KUBERNETES.rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            yield path, document


def resource(kind: str) -> Any:
    """The one of its kind."""
    (found,) = [document for _, document in resources() if document["kind"] == kind]
    return found


def unit() -> dict[str, list[str]]:
    """What the unit says, by key; sections do not share any."""
    said: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            said.setdefault(key, []).append(value)
    return said


def seconds(text: str) -> int:
    """A time as Compose and Docker write it: `45s`."""
    assert text.endswith("s")
    return int(text.removesuffix("s"))
