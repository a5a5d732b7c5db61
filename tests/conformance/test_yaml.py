"""The vectors of YAML texts: parsing, and dumping and parsing again."""

import pytest

from callboard.core.scenario.dump import dump
from callboard.core.scenario.text import load
from callboard.core.values import equal
from callboard.errors import TextError

VECTORS = "yaml"


def test_yaml(case: dict) -> None:
    if case["op"] == "dump":
        reparsed = load(dump(case["value"]), format="yaml")
        assert equal(reparsed, case["reparsed"]), reparsed
    elif case.get("error"):
        with pytest.raises(TextError):
            load(case["yaml"], format="yaml")
    else:
        value = load(case["yaml"], format="yaml")
        assert equal(value, case["value"]), value
