"""Settings: where they come from, which source wins, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.settings import DROP_IN, Settings, SettingsError, load_settings, settings_list


def wrong(**sources: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(**sources)
    return list(caught.value.problems)


def file(folder: Path, text: str) -> Path:
    path = folder / "callboard.toml"
    path.write_text(text)
    return path


def test_nothing_said_gives_the_defaults():
    assert load_settings(environ={}) == Settings()


def test_a_file_is_tables_of_settings(tmp_path):
    text = """
        port = 9000
        [server]
        body_bytes = 10
        [auth.roles]
        manager = ["process:super"]
        [scenarios]
        path = "here"
    """
    settings = load_settings(config=file(tmp_path, text))
    assert (settings.port, settings.server.body_bytes) == (9000, 10)
    assert settings.auth.roles == {"manager": ("process:super",)}
    assert settings.scenarios.path == Path("here")


def test_later_sources_win(tmp_path):
    config = file(tmp_path, "port = 1\nhost = 'a'\n[log]\nlevel = 'error'\n")
    environ = {"PORT": "2", "CALLBOARD_PORT": "3", "CALLBOARD_HOST": "b"}
    settings = load_settings(config=config, environ=environ, overrides={"port": 4})
    assert (settings.port, settings.host, settings.log.level) == (4, "b", "error")
    assert load_settings(config=config, environ=environ).port == 3
    assert load_settings(config=config, environ={"PORT": "2"}).port == 2


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("CALLBOARD_DEV", "true", "dev", True),
        ("CALLBOARD_DEV", "0", "dev", False),
        ("CALLBOARD_SERVER_BODY_SECONDS", "1.5", "server.body_seconds", 1.5),
        ("CALLBOARD_AUTH_SIGNED_IN", "process:read, *", "auth.signed_in", ("process:read", "*")),
        ("CALLBOARD_AUTH_SIGNED_IN", '["*"]', "auth.signed_in", ("*",)),
        ("CALLBOARD_AUTH_ROLES", '{"a": ["*"]}', "auth.roles", {"a": ("*",)}),
        ("CALLBOARD_AUTH_JWT_TRANSFORM", "{id: sub}", "auth.jwt_transform", "{id: sub}"),
        ("SCENARIO_READONLY", "true", "engine.read_only", True),
        ("SCENARIO_ADDITIONAL_SUMMERY_FIELDS", "a,b", "engine.scenario_fields", ("a", "b")),
        ("PROCESS_ADDITIONAL_SUMMERY_FIELDS", "vars", "engine.process_fields", ("vars",)),
        ("LOG_LEVEL", "verbose", "log.level", "debug"),
        ("SCENARIO_STORAGE", "fs", "scenarios.storage", "fs"),
        ("SCHEMA_PATH", "s", "schemas.path", Path("s")),
        ("SCHEMA_FETCH_ENABLED", "true", "schemas.fetch", True),
        ("DEMO_ACCOUNTS", "false", "demo_accounts", False),
        ("DEFAULT_ACCOUNT", "bob", "auth.default_account", "bob"),
        ("JWT_ISSUER", "me", "auth.jwt_issuer", "me"),
    ],
)
def test_a_variable_sets_what_it_is_named_for(variable, text, name, value):
    settings = load_settings(environ={variable: text})
    place: object = settings
    for part in name.split("."):
        place = getattr(place, part)
    assert place == value


@pytest.mark.parametrize("variable", ["CALLBOARD_CONFIG", "CONFIG_PATH"])
def test_the_file_can_be_named_by_the_environment(tmp_path, variable):
    config = file(tmp_path, "port = 7")
    assert load_settings(environ={variable: str(config)}).port == 7


def test_an_unknown_name_is_told_the_nearest(tmp_path):
    assert wrong(config=file(tmp_path, "[server]\nbody_byte = 1"))[0].endswith(
        'Unknown setting "server.body_byte". Did you mean "server.body_bytes"?'
    )
    assert wrong(environ={"CALLBOARD_PROT": "1"}) == [
        'Unknown environment variable "CALLBOARD_PROT". Did you mean "CALLBOARD_PORT"?'
    ]
    assert wrong(overrides={"prt": 1}) == ['Unknown setting "prt". Did you mean "port"?']


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("CALLBOARD_PORT", "http", "a whole number"),
        ("CALLBOARD_PORT", "70000", "65535 or less"),
        ("CALLBOARD_DEV", "perhaps", "true or false"),
        ("CALLBOARD_SERVER_BODY_SECONDS", "-1", "0 or more"),
        ("CALLBOARD_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("CALLBOARD_AUTH_ROLES", "admin", "a table"),
        ("CALLBOARD_AUTH_ROLES", "{", "a table"),
        ("CALLBOARD_AUTH_SIGNED_IN", '[{"a": 1}]', "a list of texts"),
    ],
)
def test_a_value_of_another_kind_is_refused_and_not_repeated(variable, text, expected):
    (problem,) = wrong(environ={variable: text})
    assert problem == f"{variable} is to be {expected}."


def test_a_privilege_that_does_not_exist_is_refused():
    environ = {"CALLBOARD_AUTH_ROLES": '{"a": ["process:raed"]}'}
    (problem,) = wrong(environ=environ)
    assert problem.startswith(
        'auth.roles.a: Unknown privilege "process:raed". Did you mean "process:'
    )


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    config = file(tmp_path, "prt = 1\n[server]\nbody_bytes = 'x'")
    assert len(wrong(config=config, environ={"CALLBOARD_DEV": "x", "CALLBOARD_X": "1"})) == 4


@pytest.mark.parametrize("text", ["port = ", "\ufeffx"])
def test_a_file_that_is_no_toml_is_refused(tmp_path, text):
    assert "is not TOML" in wrong(config=file(tmp_path, text))[0]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "cannot be read: No such file" in wrong(config=tmp_path / "no.toml")[0]


def test_what_an_orchestrator_adds_is_passed_over():
    environ = {
        "CALLBOARD_PORT": "tcp://10.0.0.1:8080",
        "CALLBOARD_PORT_8080_TCP_ADDR": "10.0.0.1",
        "CALLBOARD_SERVICE_HOST": "10.0.0.1",
    }
    assert load_settings(environ=environ) == Settings()


def test_every_name_is_its_own():
    variables = [setting.variable for setting in settings_list()]
    assert len(set(variables)) == len(variables)
    names = {setting.name for setting in settings_list()} | {"config"}
    assert set(DROP_IN.values()) <= names
