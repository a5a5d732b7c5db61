"""Signing in with OpenID Connect, with a provider of our own."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from callboard.auth import demo_token, find_account
from tests.web.provider import Provider, providing
from tests.web.staging import CHROMIUM, Stage, check_axe, settle, staged

BUTTON = "Sign in with your organisation"


def bob() -> str:
    account = find_account("bob")
    assert account is not None
    return demo_token(account, time.time())


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing(bob) as opened:
        yield opened


@pytest.fixture(scope="module")
def stage(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    given = {"CALLBOARD_WEB_OIDC_ISSUER": provider.url, "CALLBOARD_WEB_OIDC_CLIENT_ID": "board"}
    with staged(tmp_path_factory.mktemp("oidc"), **given) as opened:
        yield opened


def test_somebody_signs_in_and_comes_where_he_wanted_to(web: Stage):
    page = web.page_of(None, "/ui/processes?which=ended")
    check_axe(page)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("heading", name="Processes", exact=True)).to_be_visible()
    assert page.url == f"{web.url}/ui/processes?which=ended"
    assert page.evaluate("localStorage.length") == 0


def test_an_ended_token_is_renewed_unseen(web: Stage, provider: Provider):
    page = web.page_of(None)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    settle(page)
    page.evaluate(
        "sessionStorage.setItem('callboard.credential', JSON.stringify({...JSON.parse("
        "sessionStorage.getItem('callboard.credential')), token: 'ey.old.one'}))"
    )
    before = provider.exchanges
    page.reload()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    settle(page)
    web.forgive("401")
    assert provider.exchanges == before + 1
    assert "ey.old.one" not in page.evaluate("sessionStorage.getItem('callboard.credential')")


def test_an_answer_to_another_question_is_refused(web: Stage, provider: Provider):
    provider.nonce = "another"
    page = web.page_of(None)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_text("Signing in did not work")).to_be_visible()
    expect(page.get_by_role("button", name=BUTTON)).to_be_enabled()
    provider.nonce = ""


def test_a_link_from_a_stranger_signs_nobody_in(web: Stage):
    page = web.page_of(None, "/ui/signin?code=c0de&state=stolen")
    expect(page.get_by_text("Signing in did not work")).to_be_visible()
    assert "code" not in page.url
    assert page.evaluate("sessionStorage.getItem('callboard.credential')") is None
