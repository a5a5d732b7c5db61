"""The generated pages are as they would be written now."""

from __future__ import annotations

import pytest

from scripts.reference import PAGES, ROOT


@pytest.mark.parametrize("path", PAGES)
def test_a_generated_page_is_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path](), "run `make reference`"
