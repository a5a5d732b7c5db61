"""Settings of services: tables of a file, JSON, drop-in names, and what is wrong with them."""

from __future__ import annotations

import pytest

from callboard.settings import SettingsError, load_settings, services_of

HOOK = {"provider": "webhook", "url": "http://stock.example/told"}
SECRETS = ("whsec_" + "a" * 32, "whsec_" + "b" * 32)


def configs(**sources):
    """The records of the services, by name."""
    return {s.name: s.config for s in services_of(load_settings(**sources)).usable}


def wrong(table, name="stock"):
    with pytest.raises(SettingsError) as caught:
        load_settings(overrides={"services": {name: table}})
    return list(caught.value.problems)


def file(folder, text):
    path = folder / "callboard.toml"
    path.write_text(text)
    return path


def test_a_table_of_the_file_is_a_service(tmp_path):
    text = f"""
        [services.stock-room]
        provider = "webhook"
        url = "http://stock.example/told"
        timeout = 5
        secret = ["{SECRETS[0]}", "{SECRETS[1]}"]
        headers = {{ Authorization = "Bearer x" }}
        [services.audit]
        provider = "webhook"
        url = "https://audit.example"
    """
    made = configs(config=file(tmp_path, text))
    assert list(made) == ["stock-room", "audit"]
    stock = made["stock-room"]
    assert (stock.timeout, stock.secret) == (5.0, SECRETS)
    assert stock.headers == {"Authorization": "Bearer x"}
    assert (made["audit"].method, made["audit"].timeout) == ("POST", 30.0)


def test_drop_in_names_are_services():
    environ = {
        "SERVICE_STOCK_PROVIDER": "webhook",
        "SERVICE_STOCK_URL": "http://stock.example",
        "SERVICE_STOCK_TIMEOUT": "2.5",
        "SERVICE_STOCK_SECRET": ",".join(SECRETS),
        "SERVICE_STOCK_HEADERS": '{"X-A": "b"}',
        "SERVICE_STOCK_ROOM_PROVIDER": "webhook",
        "SERVICE_STOCK_ROOM_URL": "http://room.example",
        "SERVICE_STOCK_ROOM_ANSWER_BYTES": "10",
    }
    made = configs(environ=environ)
    assert made.keys() == {"stock", "stockRoom"}
    assert (made["stock"].timeout, made["stock"].secret) == (2.5, SECRETS)
    assert made["stock"].headers == {"X-A": "b"}
    assert (made["stockRoom"].url, made["stockRoom"].answer_bytes) == ("http://room.example", 10)


def test_later_sources_win_setting_by_setting(tmp_path):
    config = file(
        tmp_path,
        "[services.stock-room]\nprovider = 'webhook'\nurl = 'http://a'\ntimeout = 1\nmethod='PUT'",
    )
    environ = {
        "SERVICE_STOCK_ROOM_URL": "http://b",
        "SERVICE_STOCK_ROOM_TIMEOUT": "2",
        "CALLBOARD_SERVICES": '{"stock-room": {"url": "http://c"}}',
    }
    assert configs(config=config)["stock-room"].url == "http://a"
    (made,) = configs(config=config, environ=environ).values()
    assert (made.url, made.timeout, made.method) == ("http://c", 2.0, "PUT")


def test_settings_may_be_written_as_the_format_does():
    made = configs(overrides={"services": {"stock": HOOK | {"answerBytes": 7}}})
    assert made["stock"].answer_bytes == 7


def test_names_of_others_are_passed_over():
    environ = {
        "SERVICE_NAME": "x",
        "SERVICE_URL_WEB": "x",
        "SERVICE_STOCK_PROVIDER": "webhook",
        "SERVICE_STOCK_URL": "http://x",
        "SERVICE_STOCK_PORT_80_TCP": "tcp://10.0.0.1:80",
        "SERVICE_STOCK_SERVICE_HOST": "10.0.0.1",
    }
    assert configs(environ=environ).keys() == {"stock"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({**HOOK, "provider": "webhok"}, 'Unknown provider "webhok". Did you mean "webhook"?'),
        ({"url": "http://x"}, "provider is missing. Possible: "),
        ({**HOOK, "provider": 5}, "provider is to be one of "),
        ({"provider": "webhook"}, "url is missing."),
        (
            {**HOOK, "secert": SECRETS[0]},
            'Unknown setting of webhook "secert". Did you mean "secret"?',
        ),
        ({**HOOK, "secret": "hidden"}, "secret is to be whsec_"),
        ({**HOOK, "url": "ftp://hidden"}, "url is to be an http or https address."),
    ],
)
def test_what_is_wrong_names_the_service_and_the_nearest(table, said):
    problem = wrong(table)[0]
    assert problem.startswith("services.stock: ")
    assert said in problem
    assert "hidden" not in problem


@pytest.mark.parametrize(
    ("setting", "value", "kind"),
    [
        ("timeout", "soon", "a number"),
        ("headers", "hidden", "a table"),
        ("method", "hidden", "one of POST, PUT, PATCH"),
        ("answer_bytes", 1.5, "a whole number"),
        ("secret", 5, "a list of texts"),
    ],
)
def test_a_value_of_another_kind_is_refused_and_not_repeated(setting, value, kind):
    assert wrong({**HOOK, setting: value}) == [f"services.stock.{setting} is to be {kind}."]


def test_everything_that_is_wrong_is_said_at_once():
    assert len(wrong({"provider": "webhook", "timeout": "x", "ulr": "x"})) == 3


@pytest.mark.parametrize("name", ["", "service:stock"])
def test_a_name_is_as_in_scenarios(name):
    assert 'without "service:"' in wrong(HOOK, name)[0]


@pytest.mark.parametrize("text", ["x", "[]", '{"stock": 1}', "{"])
def test_what_is_no_table_of_tables_is_refused(text):
    with pytest.raises(SettingsError, match="CALLBOARD_SERVICES is to be a table of tables"):
        load_settings(environ={"CALLBOARD_SERVICES": text})


def test_what_an_engine_service_may_do_is_said():
    table = {"provider": "engine", "scenarios": "check, hire", "actions": ["decide"]}
    (made,) = configs(overrides={"services": {"engine": table}}).values()
    assert (made.scenarios, made.actions) == (("check", "hire"), ("decide",))
    assert (made.depth, made.reach, made.variables) == (8, "family", False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "scenarios is missing"),
        ({"scenarios": []}, "scenarios is to name"),
        ({"scenarios": ["a"], "depth": 0}, "depth is to be 1 or more"),
        ({"scenarios": ["a"], "hourly": 0}, "hourly is to be 1 or more"),
        ({"scenarios": ["a"], "reach": "all"}, "reach is to be one of family, any"),
        ({"scenarios": ["a"], "action": ["b"]}, "actions"),
    ],
)
def test_what_an_engine_service_cannot_be(changes, said):
    (problem,) = wrong({"provider": "engine"} | changes, "engine")
    assert said in problem
