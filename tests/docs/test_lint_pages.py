"""Each lint rule has a page, and its examples are true."""

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
    for text in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        document = load_document(text)
        assert validate(document.value) == []
        assert isinstance(document.value, dict)
        found.append(lint(document.value, document=document))
    return found


def test_every_rule_has_a_page_and_a_line() -> None:
    assert {page.stem for page in PAGES} == set(RULES)
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", index)) == set(RULES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_bad_example_is_found_and_the_good_one_is_clean(page: Path) -> None:
    bad, good = examples(page)
    assert page.stem in {finding.code for finding in bad}
    assert [finding.code for finding in good] == []
    for finding in bad:
        assert finding.line is not None
        assert finding.hint
