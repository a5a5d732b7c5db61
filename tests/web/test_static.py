"""How the interface is sent: policy, caching, compression; and what it is made of."""

from __future__ import annotations

import gzip
import re
from hashlib import sha256
from pathlib import Path

import pytest

from callboard.server.website import Website
from tests.architecture.tree import ROOT
from tests.server.world import World, world

WEB = ROOT / "src/callboard/web"
OURS = [path for path in sorted(WEB.rglob("*.js")) if "vendor" not in path.parts]
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LARGEST = 300_000
LISTED = re.compile(r"^\| (?:.* \| )?(\S+\.js) \| `(\w{64})` \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with world(tmp_path_factory.mktemp("static")) as opened:
        yield opened


def page_of(server: World) -> str:
    return server.get("/", headers=BROWSER).text


@pytest.mark.parametrize(
    "path", ["/", "/ui/inbox", "/ui/processes/a/b/c?tab=now&at=3", "/ui/x%2Fy"]
)
def test_browsers_get_the_page_everywhere(server, path):
    answer = server.get(path, headers=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<div id="app">' in answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.5"])
def test_programs_are_led_on(server, accept):
    answer = server.get("/", headers={"accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (307, "/api-docs")
    assert answer.headers["vary"] == "accept"


def test_the_policy_lets_nothing_inline_and_nothing_foreign_run(server):
    policy = server.get("/", headers=BROWSER).headers["content-security-policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert {rules["script-src"], rules["style-src"], rules["connect-src"]} == {"'self'"}
    assert rules["require-trusted-types-for"] == "'script'"
    assert rules["trusted-types"] == "default dompurify"
    assert "unsafe" not in policy
    assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page_of(server))


def test_the_issuer_may_be_asked(tmp_path: Path):
    given = {
        "web.oidc_issuer": "https://id.example.com/realms/x",
        "web.oidc_client_id": "callboard",
        "web.oidc_origins": ("https://login.example.com",),
    }
    with world(tmp_path, **given) as server:
        policy = server.get("/", headers=BROWSER).headers["content-security-policy"]
        connect = "connect-src 'self' https://id.example.com https://login.example.com" + ";"
        assert connect in policy
        assert server.get("/ui/config").json()["signIn"]["oidc"] == {
            "issuer": "https://id.example.com/realms/x",
            "clientId": "callboard",
            "scopes": "openid profile",
            "token": "access",
        }


def test_it_can_be_switched_off(tmp_path: Path):
    with world(tmp_path, **{"web.enabled": False}) as server:
        assert server.get("/", headers=BROWSER).status_code == 307
        for path in ("/ui/inbox", "/ui/config", "/ui/static/x/app/main.js"):
            assert server.get(path, headers=BROWSER).status_code == 404


def test_files_are_kept_for_ever_below_their_hash(server):
    (path,) = re.findall(r'src="(/ui/static/\w+/app/main\.js)"', page_of(server))
    answer = server.get(path)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    tag = {"if-none-match": answer.headers["etag"]}
    assert server.get(path, headers=tag).status_code == 304
    old = server.get("/ui/static/0123456789abcdef/app/main.js")
    assert (old.content, old.headers["cache-control"]) == (answer.content, "no-cache")


def test_files_are_compressed_for_those_who_read_it(server):
    path = f"{Website().address}/app/main.js"
    plain = server.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    small = server.get(path, headers={"accept-encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["etag"] != plain.headers["etag"]
    assert small.content == plain.content
    refused = server.get(path, headers={"accept-encoding": "gzip;q=0, identity"})
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize(
    "name",
    ["../config.py", "..%2f..%2fsettings.py", "__init__.py", "index.html", "vendor/VENDOR.md", ""],
)
def test_nothing_else_is_sent(server, name):
    assert server.get(f"/ui/static/x/{name}").status_code == 404


def test_the_page_is_small():
    """All that the page needs but the editor, which only the studio loads."""
    site = Website()
    names = [name for name in site.names() if name != "vendor/editor.js"]
    sizes = {name: len(gzip.compress(site.find(name).content, 9)) for name in names}
    assert sum(sizes.values()) < LARGEST, sorted(sizes.items(), key=lambda item: -item[1])[:8]


@pytest.mark.parametrize("folder", [WEB / "vendor", ROOT / "tests/web/vendor"])
def test_vendored_files_are_those_that_are_listed(folder):
    listed = dict(LISTED.findall((folder / "VENDOR.md").read_text()))
    here = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}
    assert here == listed


def test_a_module_is_a_chapter():
    lengths = {path.name: len(path.read_text().splitlines()) for path in OURS}
    texts = {"en.js", "de.js"}
    assert not {name: size for name, size in lengths.items() if size > 400 and name not in texts}


def test_imports_point_one_way():
    """Pages use what is shared, never each other; what is shared never uses pages."""
    for path in OURS:
        parts = path.relative_to(WEB).parts
        for target in re.findall(r"from '([^']+)'|import\('([^'`]+)'\)", path.read_text()):
            found = (path.parent / "".join(target)).resolve()
            assert found.is_file(), f"{path.name} imports {target}"
            other = found.relative_to(WEB.resolve()).parts
            if "pages" in other and parts[:2] != ("app", "frame"):
                assert parts[:3] == other[:3], f"{'/'.join(parts)} uses {'/'.join(other)}"


def test_markup_is_never_made_from_text():
    """The libraries write it through the sanitiser; we never do."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|document\.write|\beval\("
        r"|new Function"
    )
    allowed = {"trusted.js"}
    found = [path.name for path in OURS if forbidden.search(path.read_text())]
    assert set(found) <= allowed
