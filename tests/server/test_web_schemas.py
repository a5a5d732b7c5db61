"""Scenarios that refer to schemas on the web: fetched once, and kept with the scenario."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from tests.cli.running import callboard
from tests.schemas.web import published
from tests.server.world import world

PRICE = b'{"$ref": "parts/number#/$defs/positive"}'
NUMBER = b'{"$defs": {"positive": {"type": "number", "exclusiveMinimum": 0}}}'
SCENARIO = """
title: Sale
name: sale
version: 1.0.0
actors: {clerk: {role: support}}
actions:
  sell:
    actor: clerk
    response: {properties: {price: URL/price}}
states:
  initial: {on: sell, goto: (sold)}
"""
YAML = {"content-type": "application/yaml"}


@contextmanager
def shop(folder, enabled=True):
    """A server, and a site with schemas in its loop."""
    with world(folder, **{"schemas.fetch": enabled}) as server:
        opening = published(folder, price=PRICE, **{"parts/number": NUMBER})
        site = server.run(opening.__aenter__())
        source = server.app.edge.engine.scenarios.fetching.source
        assert bool(source) == enabled
        if enabled:  # this site is on no public address, and nobody vouches for it
            source._allowed, source._trust = bool, site.trust
        try:
            yield server, site
        finally:
            server.run(opening.__aexit__(None, None, None))


@pytest.fixture
def opened(tmp_path):
    with shop(tmp_path) as made:
        yield made


def sold(server, price):
    action = {"key": "sell", "response": {"price": price}}
    return server.post("/processes", "alice", json={"scenario": "sale", "action": action})


def test_a_schema_on_the_web_is_fetched_and_checks(opened):
    server, site = opened
    server.store(SCENARIO.replace("URL", site.url))
    assert sorted(site.asked) == ["/parts/number", "/price"]
    assert sold(server, 5).status_code == 201
    assert sold(server, -5).status_code == 400


def test_it_is_kept_with_the_scenario_over_a_restart(tmp_path):
    with shop(tmp_path) as (server, site):
        server.store(SCENARIO.replace("URL", site.url))
        process = sold(server, 5).json()["id"]
    with world(tmp_path) as server:
        assert sold(server, -5).status_code == 400
        bundle = server.get(f"/processes/{process}/bundle", "admin").json()
    assert set(bundle["schemas"]) == {f"{site.url}/price", f"{site.url}/parts/number"}
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle))
    assert callboard("verify", str(path)).exit_code == 0


def test_what_is_stored_is_not_fetched_again(tmp_path):
    text = SCENARIO
    for enabled in (True, False):
        with shop(tmp_path, enabled) as (server, site):
            text = text.replace("URL", site.url)
            server.store(text)
            server.store(text)
            assert len(site.asked) == (2 if enabled else 0)
            assert sold(server, -5).status_code == 400


def test_one_that_cannot_be_had_is_an_error_with_its_place(opened):
    server, site = opened
    text = SCENARIO.replace("URL/price", f"{site.url}/no")
    refused = server.post("/scenarios", "admin", content=text, headers=YAML)
    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert error["pointer"] == "/actions/sell/response/properties/price/$ref"
    assert "cannot be had. It answers 404." in error["message"]
    checked = server.post("/scenarios/validate", "admin", content=text, headers=YAML).json()
    assert [item["message"] for item in checked["errors"]] == [error["message"]]


def test_checking_fetches_too(opened):
    server, site = opened
    text = SCENARIO.replace("URL", site.url)
    checked = server.post("/scenarios/validate", "admin", content=text, headers=YAML).json()
    assert (checked["errors"], checked["lint"]) == ([], [])


def test_too_many_are_not_fetched(opened):
    server, site = opened
    names = ", ".join(f"v{number}: {site.url}/{number}" for number in range(40))
    text = SCENARIO.replace("URL", site.url) + f"vars: {{{names}}}\n"
    refused = server.post("/scenarios", "admin", content=text, headers=YAML)
    assert "more than 32 schemas" in refused.json()["errors"][0]["message"]
    assert site.asked == []


def test_without_the_setting_nothing_is_fetched(tmp_path):
    with shop(tmp_path, enabled=False) as (server, site):
        text = SCENARIO.replace("URL", site.url)
        server.post("/scenarios", "admin", content=text, headers=YAML)
        server.post("/scenarios/validate", "admin", content=text, headers=YAML)
        assert site.asked == []


def test_the_setting_turns_it_on_and_private_addresses_stay_refused(tmp_path):
    with world(tmp_path, **{"schemas.fetch": True}) as server:
        text = SCENARIO.replace("URL", "https://127.0.0.1:1")
        refused = server.post("/scenarios", "admin", content=text, headers=YAML)
        assert "not a public one" in refused.json()["errors"][0]["message"]
