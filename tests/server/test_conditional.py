"""304: what a client has already is not sent again."""

from __future__ import annotations

import pytest

from callboard.server.conditional import http_date

SINCE = "if-modified-since"


@pytest.fixture
def path(server):
    return server.asked()


@pytest.mark.parametrize("tag", ["{}", "W/{}", '"other", {}', "*", '"other",, ,{},', ", {}"])
def test_a_tag_that_is_right_is_304(server, path, tag):
    etag = server.get(path, "bob").headers["etag"]
    answer = server.get(path, "bob", headers={"if-none-match": tag.format(etag)})
    assert answer.status_code == 304
    assert answer.headers["etag"] == etag
    assert "last-modified" in answer.headers
    assert "content-length" not in answer.headers


def test_a_tag_that_is_old_is_answered(server, path):
    etag = server.get(path, "bob").headers["etag"]
    server.post(f"{path}/note", "bob")
    assert server.get(path, "bob", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Sun, 01 Mar 2026 09:00:00 GMT", 304),
        ("Sun, 01 Mar 2026 10:00:00 GMT", 304),
        ("Sun, 01 Mar 2026 08:59:59 GMT", 200),
        ("yesterday", 200),
        ("Sun, 99 Mar 2026 99:00:00 GMT", 200),
    ],
)
def test_a_date_decides_where_no_tag_does(server, path, since, status):
    assert server.get(path, "bob", headers={SINCE: since}).status_code == status


def test_a_tag_goes_before_a_date(server, path):
    headers = {"if-none-match": '"old"', SINCE: "Sun, 01 Mar 2027 09:00:00 GMT"}
    assert server.get(path, "bob", headers=headers).status_code == 200


def test_who_may_not_see_it_is_not_told_whether_it_changed(server, path):
    etag = server.get(path, "bob").headers["etag"]
    assert server.get(path, "david", headers={"if-none-match": etag}).status_code == 404


def test_a_scenario_has_a_tag_for_each_format(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    as_json = server.get(f"/scenarios/{scenario}", "alice").headers["etag"]
    as_yaml = server.get(f"/scenarios/{scenario}.yaml", "alice").headers["etag"]
    assert as_json != as_yaml
    known = {"if-none-match": as_json}
    assert server.get(f"/scenarios/{scenario}", "alice", headers=known).status_code == 304
    assert server.get(f"/scenarios/{scenario}.yaml", "alice", headers=known).status_code == 200


def test_a_scenario_that_was_disabled_has_changed(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    known = {"if-none-match": server.get(f"/scenarios/{scenario}", "alice").headers["etag"]}
    server.delete(f"/scenarios/{scenario}", "admin")
    assert server.get(f"/scenarios/{scenario}", "alice", headers=known).status_code == 200


def test_dates_are_written_as_http_writes_them():
    assert http_date("1994-11-06T08:49:37") == b"Sun, 06 Nov 1994 08:49:37 GMT"
    assert http_date("2026-12-31T00:00:00") == b"Thu, 31 Dec 2026 00:00:00 GMT"
