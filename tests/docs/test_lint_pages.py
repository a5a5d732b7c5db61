"""Each lint rule has a page, and its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callboard.core.scenario.lint import RULES, Finding, lint
from callboard.core.scenario.text import load_document
from callboard.core.scenario.validate import validate

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "lint"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.stem != "README")


def examples(page: Path) -> list[list[Finding]]:
    """What lint finds in the bad and in the good example; both are valid scenarios."""
    found = []
    written = page.read_text(encoding="utf-8")
    configured = re.search(r"settings have the services: (.+)\.$", written, re.MULTILINE)
    services = re.findall(r"`(.+?)`", configured[1]) if configured else None
    for text in re.findall(r"```yaml\n(.*?)```", written, re.DOTALL):
        document = load_document(text)
        assert validate(document.value) == []
        assert isinstance(document.value, dict)
        found.append(lint(document.value, document=document, services=services))
    return found


def severity_of(page: Path) -> str:
    """The words after "Severity:"."""
    found = re.search(r"^Severity: (.+)\.$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def test_every_rule_has_a_page() -> None:
    assert [page.stem for page in PAGES] == list(RULES)


def test_the_index_says_what_the_pages_and_the_rules_say() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(.+?)\]\((.+?)\.md\) \| (.+) \| (.+) \|$", index, re.MULTILINE)
    assert rows == [
        (page.stem, page.stem, RULES[page.stem].summary, severity_of(page)) for page in PAGES
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_bad_example_is_found_and_the_good_one_is_clean(page: Path) -> None:
    bad, good = examples(page)
    assert page.stem in {finding.code for finding in bad}
    assert good == []
    for finding in bad:
        assert finding.line is not None
        assert finding.hint


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_severity_of_a_page_is_that_of_its_findings(page: Path) -> None:
    bad, _ = examples(page)
    said = severity_of(page)
    assert said.startswith(RULES[page.stem].severity)
    for finding in bad:
        assert finding.code != page.stem or finding.severity in said
