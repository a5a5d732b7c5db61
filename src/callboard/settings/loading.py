"""Settings: a TOML file, the environment and the command line become frozen records, once.

Theory: each package declares its own record of settings; `Settings` puts them together. A setting's
name is its place (`server.body_bytes`): in the file that is table and key, in the environment
`CALLBOARD_SERVER_BODY_BYTES`. Later sources win: file, drop-in names, `CALLBOARD_…`, command line.
The drop-in names are those that other engines of the format read (specification: services,
details 7), so that a deployment can be moved without touching its environment.

Invariants: a name that nobody knows is an error which suggests the nearest; a value is never
repeated in a message, for it may be a secret. Nothing here reads the environment by itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias, get_type_hints

import msgspec

from callboard.auth.config import AuthConfig
from callboard.ports.caller import PRIVILEGES
from callboard.server.config import ServerConfig, WebConfig
from callboard.server.suggest import unknown
from callboard.settings.records import Settings, SettingsError
from callboard.settings.services import SERVICES, service_tables, services_of
from callboard.settings.values import PREFIX, Setting, convert, kind_of

__all__ = ["DROP_IN", "load_settings", "service_names", "settings_list"]

CONFIG: Final = "config"
PORTS: Final = ("port", "metrics.port")
HIGHEST_PORT: Final = 65_535

DROP_IN: Final[dict[str, str]] = {
    "PORT": "port",
    "LOG_LEVEL": "log.level",
    "JWT_SECRET": "auth.jwt_secret",
    "JWT_PUBLIC_KEY": "auth.jwt_public_key",
    "JWT_ISSUER": "auth.jwt_issuer",
    "JWT_AUDIENCE": "auth.jwt_audience",
    "JWT_TRANSFORM": "auth.jwt_transform",
    "DEMO_ACCOUNTS": "demo_accounts",
    "DEFAULT_ACCOUNT": "auth.default_account",
    "SCENARIO_STORAGE": "scenarios.storage",
    "SCENARIO_PATH": "scenarios.path",
    "SCENARIO_READONLY": "engine.read_only",
    "SCENARIO_ADDITIONAL_SUMMERY_FIELDS": "engine.scenario_fields",
    "PROCESS_ADDITIONAL_SUMMERY_FIELDS": "engine.process_fields",
    "SCHEMA_PATH": "schemas.path",
    "SCHEMA_FETCH_ENABLED": "schemas.fetch",
    "CONFIG_PATH": CONFIG,
}
"""The names that other engines of the format read from the environment, and what they set here."""

LEVELS: Final = {"log": "info", "verbose": "debug", "warn": "warning", "fatal": "error"}
"""Levels of `LOG_LEVEL` that are called something else here."""

ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[1-9]\d{0,4})?")
"""An origin as browsers write it (RFC 6454, 6.2)."""

ISSUER: Final = re.compile(
    r"(https://[\w.-]+|http://localhost|http://127\.0\.0\.1)(:\d+)?(/[\w.~/%-]*)?"
)
"""An issuer of tokens; it becomes part of a header."""

ORCHESTRATION: Final = re.compile(r"SERVICE_(HOST|PORT.*)|PORT_\d+_(TCP|UDP).*|PORT")
"""What Kubernetes puts into the environment of every pod when a service is called `callboard`."""

Sources: TypeAlias = "dict[str, tuple[object, str]]"
"""Values by the name of the setting, each with where it came from."""


@cache
def settings_list() -> tuple[Setting, ...]:
    """All settings, in the order of their declaration."""
    return tuple(_settings_of(Settings(), ""))


def _settings_of(record: Any, prefix: str) -> Iterator[Setting]:
    hints = get_type_hints(type(record))
    for item in fields(record):
        value = getattr(record, item.name)
        if is_dataclass(value):
            yield from _settings_of(value, f"{prefix}{item.name}.")
        else:
            yield Setting(prefix + item.name, hints[item.name], value)


def load_settings(
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """The settings from a file, the environment, and what the command line says.

    `overrides` holds values by name (`port`, `server.body_bytes`). Without `config` the file is the
    one that `CALLBOARD_CONFIG` names, if any. Raises `SettingsError` with everything that is wrong.
    """
    problems: list[str] = []
    environ = environ or {}
    named, variables = _from_environment(environ, problems)
    path = config or named
    written = _from_file(path, problems) if path else {}
    options: Sources = {name: (value, name) for name, value in (overrides or {}).items()}
    problems += [unknown("setting", n, _by_name()) for n in options if n not in _by_name()]
    layers = [source.pop(SERVICES, None) for source in (written, variables, options)]
    values = _converted(written | variables | options, problems)
    values[SERVICES] = service_tables(layers[0], environ, layers[1:], problems)
    settings: Settings = _filled(Settings(), "", values)
    problems += _unknown_privileges(settings.auth)
    problems += _no_origins(settings.server)
    problems += _no_provider(settings.web)
    problems += services_of(settings).problems
    if problems:
        raise SettingsError(problems)
    return settings


def service_names(config: Path, environ: Mapping[str, str]) -> frozenset[str]:
    """The names of the services in a file and the environment, whether they can be used or not:
    for those who look at scenarios, and have no secrets. Raises `SettingsError`.
    """
    problems: list[str] = []
    _, variables = _from_environment(environ, [])
    written = _from_file(config, problems)
    layers = [source.get(SERVICES) for source in (written, variables)]
    names = frozenset(service_tables(layers[0], environ, layers[1:], problems))
    if problems:
        raise SettingsError(problems)
    return names


@cache
def _by_name() -> dict[str, Setting]:
    return {setting.name: setting for setting in settings_list()}


def _from_file(path: Path, problems: list[str]) -> Sources:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path} cannot be read: {error.strerror or error}.")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path} is not TOML: {error}.")
        return {}
    values: Sources = {}
    for name, value in _flat(document):
        if name in _by_name():
            values[name] = (value, f"{path}: {name}")
        else:
            problems.append(f"{path}: " + unknown("setting", name, _by_name()))
    return values


def _flat(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Every setting of a document by its name; what is a table in itself stays one."""
    tables = {setting.name.partition(".")[0] for setting in settings_list() if "." in setting.name}
    for key, value in document.items():
        if isinstance(value, dict) and key in tables:
            for inner, item in value.items():
                yield f"{key}.{inner}", item
        else:
            yield key, value


def _from_environment(
    environ: Mapping[str, str], problems: list[str]
) -> tuple[Path | None, Sources]:
    """The file that the environment names, and the settings in it."""
    values: Sources = {}
    for variable, name in DROP_IN.items():
        if variable in environ:
            text = environ[variable]
            values[name] = (LEVELS.get(text, text) if name == "log.level" else text, variable)
    known = {setting.variable: setting.name for setting in settings_list()}
    known[PREFIX + CONFIG.upper()] = CONFIG
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or _is_orchestration(variable, text):
            continue
        if variable in known:
            values[known[variable]] = (text, variable)
        else:
            problems.append(unknown("environment variable", variable, known))
    named = values.pop(CONFIG, None)
    return (Path(str(named[0])) if named and named[0] else None), values


def _is_orchestration(variable: str, text: str) -> bool:
    rest = variable.removeprefix(PREFIX)
    if ORCHESTRATION.fullmatch(rest) is None:
        return False
    return rest != "PORT" or "://" in text


def _converted(given: Sources, problems: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (value, source) in given.items():
        setting = _by_name().get(name)
        if setting is None:
            continue
        try:
            converted = convert(value, setting.type)
        except (msgspec.ValidationError, msgspec.DecodeError):
            problems.append(f"{source} is to be {kind_of(setting.type)}.")
            continue
        if isinstance(converted, (int, float)) and converted < 0:
            problems.append(f"{source} is to be 0 or more.")
        if name in PORTS and isinstance(converted, int) and converted > HIGHEST_PORT:
            problems.append(f"{source} is to be {HIGHEST_PORT} or less.")
        values[name] = converted
    return values


def _unknown_privileges(auth: AuthConfig) -> Iterator[str]:
    """A privilege that does not exist would be given to nobody, unnoticed."""
    given = [("auth.signed_in", name) for name in auth.signed_in]
    given += [(f"auth.roles.{role}", name) for role, names in auth.roles.items() for name in names]
    for place, name in given:
        if name not in PRIVILEGES:
            yield f"{place}: " + unknown("privilege", name, PRIVILEGES)


def _no_origins(server: ServerConfig) -> Iterator[str]:
    """What is no exact origin would never match, or `*` always."""
    for origin in server.cors_origins:
        if ORIGIN.fullmatch(origin) is None:
            yield (
                "server.cors_origins holds exact origins, in lower case and without a path: "
                "https://app.example.com, http://localhost:3000."
            )


def _no_provider(web: WebConfig) -> Iterator[str]:
    """What would leave people before a door that does not open."""
    if web.oidc_issuer and not web.oidc_client_id:
        yield "web.oidc_client_id is needed with web.oidc_issuer."
    if web.oidc_issuer and not ISSUER.fullmatch(web.oidc_issuer):
        yield "web.oidc_issuer is to be an https address, or http on this machine."
    for origin in web.oidc_origins:
        if ORIGIN.fullmatch(origin) is None:
            yield "web.oidc_origins holds exact origins, like https://id.example.com (no path)."


def _filled(record: Any, prefix: str, values: Mapping[str, Any]) -> Any:
    changes: dict[str, Any] = {}
    for item in fields(record):
        current, name = getattr(record, item.name), prefix + item.name
        if is_dataclass(current):
            changes[item.name] = _filled(current, f"{name}.", values)
        elif name in values:
            changes[item.name] = values[name]
    return replace(record, **changes)
