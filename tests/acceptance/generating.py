"""Python clients that are generated from an OpenAPI document, offline."""

from __future__ import annotations

import importlib
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CONFIG = "post_hooks: []\npackage_name_override: {name}\n"


class Generated:
    """A generated package, importable for the time of a test."""

    def __init__(self, document: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.name = name
        folder = document.parent
        config = folder / f"{name}.yaml"
        config.write_text(CONFIG.format(name=name))
        run = subprocess.run(
            [
                *(str(Path(sys.prefix, "bin", "openapi-python-client")), "generate"),
                *("--path", str(document), "--output-path", str(folder / name)),
                *("--meta", "none", "--config", str(config)),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        monkeypatch.syspath_prepend(str(folder))

    def opened(self, url: str, token: str | None, until: ExitStack) -> Any:
        """A client of a server, with or without a token, that is closed in the end."""
        kinds = self.module("client")
        if token is None:
            return until.enter_context(kinds.Client(base_url=url))
        return until.enter_context(kinds.AuthenticatedClient(base_url=url, token=token))

    def module(self, path: str) -> ModuleType:
        """A module of the package: `models`, `api.processes.get_process`."""
        return importlib.import_module(f"{self.name}.{path}")
