"""A stage for each module; what a browser complains about fails the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.staging import CHROMIUM, Stage, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with staged(tmp_path_factory.mktemp("web")) as opened:
        yield opened


@pytest.fixture
def web(stage: Stage) -> Iterator[Stage]:
    """The stage, swept before and after."""
    stage.wrong.clear()
    yield stage
    stage.close_pages()
    assert not stage.wrong
