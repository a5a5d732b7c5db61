"""`docs/reference/export.md` names the tables of an export, in their order."""

from __future__ import annotations

import re
from pathlib import Path

from callboard.store.export import FORMAT, TABLES, VERSION

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "export.md").read_text()


def test_the_tables_are_those_of_the_program():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(TABLES)


def test_the_fields_they_are_ordered_by_are_theirs():
    for table, order in re.findall(r"^\| `(\w+)` \|.*\| (`.*`) \|$", PAGE, re.MULTILINE):
        assert set(re.findall(r"`(\w+)`", order)) <= set(TABLES[table])


def test_the_version_is_the_one_that_is_written():
    assert f'{{"format":"{FORMAT}","version":{VERSION},' in PAGE
    assert f"Version {VERSION} is" in PAGE
