"""Where features find their scenarios: a folder of `NAME.yaml`, `.yml` or `.json` files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.core.scenario.validate import validate
from callboard.core.values import Json
from callboard.errors import Reason, ScenarioError
from callboard.testing.errors import StepError

SUFFIXES = (".yaml", ".yml", ".json")


class ScenarioFolder:
    """Scenarios by name, each read, validated, normalised and compiled once."""

    def __init__(self, folder: Path, schemas: Mapping[str, Json]) -> None:
        self.folder = folder
        self.schemas = schemas
        self._compiled: dict[str, Scenario] = {}

    def __call__(self, name: str) -> Scenario:
        """The scenario of this name. Raises StepError when there is none, ScenarioError with
        everything that is wrong with it, TextError when it cannot be read.
        """
        if name not in self._compiled:
            self._compiled[name] = self._compile(name)
        return self._compiled[name]

    def _compile(self, name: str) -> Scenario:
        path = self._path(name)
        document = load(path.read_bytes(), format="json" if path.suffix == ".json" else "yaml")
        errors = validate(document, schemas=self.schemas)
        if errors or not isinstance(document, dict):
            reasons = [
                Reason("scenario-invalid", e["message"], e["instancePath"], e["keyword"])
                for e in errors
            ]
            texts = "; ".join(f"{reason.pointer or '/'} {reason.message}" for reason in reasons)
            raise ScenarioError(f"{path.name} is not valid: {texts}", reasons)
        return compile_scenario(normalize(document), schemas=self.schemas)

    def _path(self, name: str) -> Path:
        for suffix in ("", *SUFFIXES):
            path = self.folder / f"{name}{suffix}"
            if path.suffix in SUFFIXES and path.is_file():
                return path
        files = sorted(p.name for p in self.folder.glob("*") if p.suffix in SUFFIXES)
        known = ", ".join(files) or "none"
        raise StepError(f"There is no scenario {name!r} in {self.folder}. There are: {known}.")
