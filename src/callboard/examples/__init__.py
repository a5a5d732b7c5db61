"""The example scenarios: real processes, written to be read, and loaded in development mode.

Each is one YAML file in this package. The files are the contract: what a newcomer reads in the
editor is byte for byte what `load_examples` gives and what the development server stores.
"""

from __future__ import annotations

from importlib.resources import files

__all__ = ["example_names", "load_example", "load_examples"]


def example_names() -> list[str]:
    """The names of the examples, sorted: file names without `.yaml`."""
    found = (entry.name for entry in files(__name__).iterdir())
    return sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))


def load_example(name: str) -> str:
    """The YAML text of one example. Raises `KeyError` when there is none of this name."""
    if name not in example_names():
        raise KeyError(name)
    return files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def load_examples() -> list[tuple[str, str]]:
    """All examples as `(name, YAML text)`, sorted by name."""
    return [(name, load_example(name)) for name in example_names()]
