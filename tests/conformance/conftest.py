"""Vectors as tests: a module names its set in `VECTORS`, its tests take a `case`.

A set is a file `NAME.json` with `cases` (and `data` that cases may name), or a folder of files in
the format of a public suite, which the module reads itself. `--vectors DIR` takes another folder.
"""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "vectors"


def vectors_folder(config: pytest.Config) -> Path:
    given = config.getoption("--vectors")
    return Path(given) if given else HERE


def read_vectors(path: Path) -> dict:
    """JSON as JavaScript reads it: every number is a double, whole ones below 2**53 are exact."""
    return json.loads(path.read_text(encoding="utf-8"), parse_int=_number)


def _number(text: str) -> int | float:
    number = int(text)
    return number if abs(number) < 2**53 else float(number)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    name = getattr(metafunc.module, "VECTORS", None)
    if name is None or "case" not in metafunc.fixturenames:
        return
    path = vectors_folder(metafunc.config) / f"{name}.json"
    if not path.is_file():
        metafunc.parametrize("case", [pytest.param({}, marks=_absent(path))])
        return
    document = read_vectors(path)
    cases = [with_data(case, document.get("data", {})) for case in document["cases"]]
    metafunc.parametrize("case", cases, ids=[case["name"] for case in cases])


def _absent(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skip(reason=f"the folder has no {path.name}")


def with_data(case: dict, data: dict) -> dict:
    """The case with the data that it names in place of the name."""
    named = case.get("data")
    if isinstance(named, str) and named in data:
        return {**case, "data": data[named]}
    return case
