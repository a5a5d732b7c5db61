"""What anyone may ask: information, health, the documentation; and what is not there."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from callboard.server.routes import docs
from tests.server.world import world

SERVER = Path(docs.__file__).parents[1]
BAD = {"authorization": "Bearer nonsense"}


def test_information_is_for_anyone(server):
    info = server.get("/info", headers=BAD).json()
    assert info == {
        "name": "callboard",
        "version": "0.1.0",
        "description": "A workflow engine",
        "env": "development",
        "schemas": [],
    }


def test_information_names_the_schemas(tmp_path: Path):
    (tmp_path / "order.yaml").write_text("properties: {total: number}")
    with world(tmp_path, **{"schemas.path": str(tmp_path), "server.name": "Depot"}) as server:
        info = server.get("/info").json()
        assert (info["name"], info["schemas"]) == ("Depot", ["schema:order"])


def test_it_is_alive_and_ready(server):
    assert server.get("/healthz").json() == {"status": "ok"}
    assert server.get("/readyz").json() == {"status": "ready"}


def test_it_is_alive_but_not_ready_without_its_database(server, tmp_path):
    (tmp_path / "callboard.db").unlink()
    assert server.get("/healthz").status_code == 200
    assert server.get("/readyz").status_code == 503
    key = {"name": "Report", "privileges": ["process:read"]}
    assert server.post("/apikey", "admin", json=key).status_code == 503
    assert server.get("/admin/storage", "admin").status_code == 503


def test_the_root_leads_to_the_documentation(server):
    answer = server.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/api-docs")


def test_the_documentation_needs_nothing_from_elsewhere(server):
    page = server.get("/api-docs")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(links) == 6
    for link in links:
        assert server.get(link).status_code == 200
    assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page.text)


def test_a_file_of_the_page_is_sent_once(server):
    answer = server.get("/api-docs/swagger-ui.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    again = {"if-none-match": answer.headers["etag"]}
    assert server.get("/api-docs/swagger-ui.css", headers=again).status_code == 304


@pytest.mark.parametrize("file", ["nothing.js", "..%2f..%2fconfig.py", "VENDOR.md"])
def test_no_other_file_is_sent(server, file):
    assert server.get(f"/api-docs/{file}").status_code == 404


def test_the_vendored_files_are_those_that_are_listed():
    rows = re.findall(r"\| (swagger-ui/\S+) \| `(\w+)`", (SERVER / "vendor/VENDOR.md").read_text())
    for file, digest in rows:
        assert hashlib.sha256((SERVER / "vendor" / file).read_bytes()).hexdigest() == digest
    here = {f"swagger-ui/{path.name}" for path in (SERVER / "vendor/swagger-ui").iterdir()}
    assert here == {file for file, _ in rows}


@pytest.mark.parametrize(
    "path", ["/nothing", "/processes/", "/processes/x/", "/api", "/scenarios/a/b/c/d", "/Info"]
)
def test_an_unknown_path_is_a_problem(server, path):
    answer = server.get(path, "alice")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/processes", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/processes/x", "GET, HEAD, OPTIONS"),
        ("GET", "/processes/x/approve", "OPTIONS, POST"),
        ("PATCH", "/scenarios/x", "DELETE, GET, HEAD, OPTIONS"),
        ("BREW", "/info", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(server, method, path, allow):
    answer = server(method, path, "alice")
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert allow in answer.json()["detail"]


def test_options_names_the_methods(server):
    answer = server("OPTIONS", "/apikey")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


def test_head_is_get_without_the_content(server):
    get, head = server.get("/scenarios", "alice"), server("HEAD", "/scenarios", "alice")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(get.content))
    assert head.status_code == 200
