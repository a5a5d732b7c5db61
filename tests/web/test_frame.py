"""The frame: signing in, going places, theme, language, keys, what is not there, offline."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.staging import Stage, check_axe, settle

PAGES = ("/", "/ui/processes", "/ui/processes/PROCESS", "/ui/start", "/ui/studio", "/ui/operations")


def test_somebody_signs_in_and_comes_where_he_wanted_to(web: Stage):
    page = web.page_of(None, "/ui/processes?which=running")
    page.get_by_role("button", name=re.compile("Bob")).click()
    expect(page.get_by_role("heading", name="Processes", exact=True)).to_be_visible()
    assert page.url.endswith("/ui/processes?which=running")
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    expect(page.get_by_role("heading", name="Processes", exact=True)).to_be_visible()


def test_somebody_signs_out(web: Stage):
    page = web.page_of("bob")
    page.get_by_role("button", name=re.compile("Settings, and")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Callboard")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('callboard.credential')") is None


def test_a_token_is_pasted(web: Stage):
    page = web.page_of(None)
    page.get_by_role("button", name="Use a token instead").click()
    page.get_by_label("Token", exact=True).fill("not a token")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("does not accept this token")).to_be_visible()
    web.forgive("401")
    page.get_by_label("Token", exact=True).fill(web.tokens["alice"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def test_an_ended_credential_leads_to_signing_in_and_back(web: Stage):
    page = web.page_of("bob", "/ui/processes")
    settle(page)
    page.evaluate(
        "sessionStorage.setItem('callboard.credential', JSON.stringify({...JSON.parse("
        "sessionStorage.getItem('callboard.credential')), token: 'ey.old.one'}))"
    )
    page.reload()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    web.forgive("401")
    page.get_by_role("button", name=re.compile("Bob")).click()
    expect(page.get_by_role("heading", name="Processes", exact=True)).to_be_visible()


def test_links_lead_without_loading_the_page_again(web: Stage):
    page = web.page_of("admin")
    page.evaluate("window.same = true")
    for name in ("Processes", "Start", "Studio", "Operations", "Inbox"):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
        settle(page)
        expect(page).to_have_title(re.compile(f"^{name}"))
    page.go_back()
    expect(page).to_have_title(re.compile("^Operations"))
    assert page.evaluate("window.same")


def test_operations_are_for_operators(web: Stage):
    page = web.page_of("bob")
    settle(page)
    expect(page.get_by_role("link", name="Operations")).to_have_count(0)


def test_the_focus_goes_to_the_page(web: Stage):
    page = web.page_of("bob")
    settle(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.get_by_role("link", name="Processes").press("Enter")
    expect(page.locator("main")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Processes")


def test_the_theme_is_kept(web: Stage):
    page = web.page_of("bob")
    page.get_by_role("button", name=re.compile("Settings, and")).click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.reload()
    settle(page)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(235, 236, 240)"


def test_the_language_is_the_browsers_until_one_is_chosen(web: Stage):
    page = web.page_of("bob", language="de")
    expect(page.get_by_role("heading", name="Eingang")).to_be_visible()
    page.get_by_role("button", name=re.compile("Einstellungen und")).click()
    page.get_by_role("menuitemradio", name="English").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    page.reload()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def test_keys_lead_and_can_be_switched_off(web: Stage):
    page = web.page_of("bob")
    settle(page)
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Processes", exact=True)).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog.get_by_text("Go to the inbox")).to_be_visible()
    dialog.get_by_label("Single keys do something").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).not_to_be_focused()


def test_the_search_finds_a_process(web: Stage):
    wanted = web.claim(purpose="Ferry to Hull")
    page = web.page_of("bob")
    settle(page)
    page.keyboard.press("/")
    page.keyboard.type("ferry hull")
    expect(page.get_by_role("option", name=re.compile("Ferry to Hull"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Ferry to Hull"))).to_be_visible()
    assert wanted["id"] in page.url


def test_what_happens_is_told_without_asking(web: Stage):
    page = web.page_of("bob")
    settle(page)
    page.wait_for_timeout(500)
    web.claim(purpose="Sleeper to Vienna")
    expect(page.get_by_role("link", name=re.compile("Sleeper to Vienna"))).to_be_visible()
    page.get_by_role("button", name=re.compile("changed")).click()
    news = page.get_by_role("region", name="What just changed")
    expect(news.get_by_role("link", name=re.compile("Sleeper.*waits for you"))).to_be_visible()


def test_an_address_that_leads_nowhere(web: Stage):
    page = web.page_of("bob", "/ui/nowhere/at/all")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Inbox").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def test_a_server_that_is_away_is_said(web: Stage):
    page = web.page_of("bob")
    settle(page)
    page.context.set_offline(True)
    page.get_by_role("link", name="Start").click()
    web_said = page.get_by_role("alert")
    expect(web_said.get_by_text("The server cannot be reached")).to_be_visible(timeout=15_000)
    page.context.set_offline(False)
    web_said.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Expense approval")).to_be_visible()
    web.forgive("ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(web: Stage, theme: str):
    process = web.claim()["id"]
    page = web.page_of("admin", theme=theme)
    for path in PAGES:
        page.goto(web.url + path.replace("PROCESS", process))
        check_axe(page)
    check_axe(web.page_of(None, theme=theme))
    check_axe(web.page_of("bob", "/ui/nowhere", theme=theme, width=390))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(web: Stage, theme: str):
    web.claim()
    page = web.page_of("bob", theme=theme)
    page.get_by_role("button", name=re.compile("Settings, and")).click()
    check_axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="What just changed").click()
    check_axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("combobox").fill("ghent")
    expect(page.get_by_role("option").first).to_be_visible()
    check_axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    check_axe(page)


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_wider_than_the_window(web: Stage, language: str):
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    process = web.claim(purpose=long)["id"]
    page = web.page_of("admin", language=language)
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for path in PAGES:
        page.goto(web.url + path.replace("PROCESS", process))
        settle(page)
        for width in (390, 820, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(over) <= 0, (path, width)
