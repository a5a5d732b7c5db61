"""A real server with people at work in it, and browsers that look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.acceptance.serving import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).with_name("vendor").joinpath("axe.min.js").read_text(encoding="utf-8")
SPOKEN = {"en": "en-GB", "de": "de-DE"}

EXPECTED = ("Failed to load resource: the server responded with a status of 404",)
"""What the browser says of a page that shows that something is not there."""


@dataclass
class Stage:
    """A server and a browser; who looks is said by the name of a demo account."""

    server: Server
    browser: Browser
    tokens: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """What browsers complained about."""

    @property
    def url(self) -> str:
        return self.server.url

    def api(self, method: str, path: str, who: str, **options: Any) -> httpx.Response:
        """A request past the browser; it is to succeed."""
        headers = {"authorization": f"Bearer {self.tokens[who]}", **options.pop("headers", {})}
        answer = httpx.request(method, self.url + path, headers=headers, **options)
        assert answer.status_code < 400, answer.text
        return answer

    def claim(
        self, who: str = "alice", amount: float = 42.5, purpose: str = "Train to Ghent"
    ) -> Any:
        """An expense that waits for Bob."""
        response = {
            "purpose": purpose,
            "amount": amount,
            "date": "2026-02-27",
            "category": "travel",
        }
        body = {
            "scenario": "expense-approval",
            "actors": {"manager": {"id": "bob", "title": "Bob"}},
            "action": {"key": "submit", "response": response},
        }
        return self.api("POST", "/processes", who, json=body).json()

    def page_of(
        self,
        account: str | None,
        path: str = "/",
        *,
        theme: str = "light",
        width: int = 1440,
        height: int = 900,
        language: str = "en",
    ) -> Page:
        """A browser window of somebody who is signed in (None: of nobody), at an address."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            locale=SPOKEN[language],
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        if account is not None:
            self._sign_in(page, account)
        page.goto(self.url + path)
        return page

    def _sign_in(self, page: Page, account: str) -> None:
        """Have the tab hold the credential, as signing in does; once, so that signing out lasts."""
        token = self.tokens[account]
        who = self.api("GET", "/whoami", account).text
        kept = f'{{"token":"{token}","kind":"demo","who":{who}}}'
        page.add_init_script(
            "if (!sessionStorage.getItem('test.signed')) {"
            f"sessionStorage.setItem('callboard.credential', {kept!r});"
            "sessionStorage.setItem('test.signed', 'yes');}"
        )

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.wrong.append(f"{message.type}: {message.text}")

    def forgive(self, text: str) -> None:
        """A complaint that the test wanted: it is not counted. Fails when there was none."""
        left = [item for item in self.wrong if text not in item]
        assert left != self.wrong, f"nothing was said of {text}: {self.wrong}"
        self.wrong[:] = left

    def close_pages(self) -> None:
        for context in self.browser.contexts:
            context.close()


def settle(page: Page) -> None:
    """Wait until what was asked for has come, and the page stands still."""
    page.locator("main h1, main .empty, main .error-view").first.wait_for()
    expect(page.locator(".skeleton, .button.busy")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => 1)")


def check_axe(page: Page) -> None:
    """Fail with everything that axe finds (WCAG 2.2 AA, and its own best practices)."""
    settle(page)
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; ')))"
    )
    assert not found, "\n".join(found)


@contextmanager
def staged(folder: Path, **settings: str) -> Iterator[Stage]:
    """A server in development mode over a fresh database, and a browser."""
    server = Server(folder / "web.db", **settings)
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            stage = Stage(server, browser)
            stage.tokens = server.tokens()
            try:
                yield stage
            finally:
                browser.close()
    finally:
        server.stop()
