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
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin, get_type_hints

import msgspec

from callboard.auth.config import AuthConfig
from callboard.core.limits import Limits
from callboard.engine.config import EngineConfig
from callboard.errors import CallboardError
from callboard.ports.caller import PRIVILEGES
from callboard.server.config import ServerConfig
from callboard.server.suggest import unknown
from callboard.store.config import SqliteConfig
from callboard.telemetry import LogConfig, MetricsConfig, TelemetryConfig

__all__ = [
    "DROP_IN",
    "PREFIX",
    "ScenarioConfig",
    "SchemaConfig",
    "Setting",
    "Settings",
    "SettingsError",
    "kind_of",
    "load_settings",
    "settings_list",
]

PREFIX: Final = "CALLBOARD_"
CONFIG: Final = "config"
PORTS: Final = ("port", "metrics.port")
HIGHEST_PORT: Final = 65_535


class SettingsError(CallboardError):
    """The settings cannot be used; `problems` are sentences, one for each thing that is wrong."""

    code = "settings"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ScenarioConfig:
    """Where scenarios come from."""

    storage: Literal["db", "fs"] = "db"
    """`db`: only what was uploaded. `fs`: also the files of `path`, watched while it runs."""
    path: Path = Path("scenarios")
    """Folder of `*.yaml` and `*.json` scenarios, for `fs`; `NAME.disabled.yaml` is disabled."""
    examples: bool = True
    """Load the example scenarios, in development mode."""


@dataclass(frozen=True, slots=True)
class SchemaConfig:
    """Where the schemas come from that scenarios refer to."""

    path: Path | None = None
    """Folder of `*.yaml` and `*.json` schemas: `order.yaml` is `schema:order`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    dev: bool = False
    """Development mode: demo accounts, example scenarios, and a default account without a token."""
    host: str = "127.0.0.1"
    """Address to listen on; `0.0.0.0` for all."""
    port: int = 8080
    """Port to listen on; 0 takes any that is free."""
    database: str = "sqlite:///callboard.db"
    """Where everything is kept: `sqlite:///FILE`."""
    demo_accounts: bool = True
    """Offer the demo accounts, in development mode."""
    auth: AuthConfig = field(default_factory=AuthConfig)
    engine: EngineConfig = field(default_factory=EngineConfig)
    server: ServerConfig = field(default_factory=ServerConfig)
    sqlite: SqliteConfig = field(default_factory=SqliteConfig)
    limits: Limits = field(default_factory=Limits)
    log: LogConfig = field(default_factory=LogConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    telemetry: TelemetryConfig = field(default_factory=TelemetryConfig)
    scenarios: ScenarioConfig = field(default_factory=ScenarioConfig)
    schemas: SchemaConfig = field(default_factory=SchemaConfig)


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
    "CONFIG_PATH": CONFIG,
}
"""The names that other engines of the format read from the environment, and what they set here."""

LEVELS: Final = {"log": "info", "verbose": "debug", "warn": "warning", "fatal": "error"}
"""Levels of `LOG_LEVEL` that are called something else here."""

ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[1-9]\d{0,4})?")
"""An origin as browsers write it (RFC 6454, 6.2)."""

ORCHESTRATION: Final = re.compile(r"SERVICE_(HOST|PORT.*)|PORT_\d+_(TCP|UDP).*|PORT")
"""What Kubernetes puts into the environment of every pod when a service is called `callboard`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, the type and default of its value."""

    name: str
    """`port`, or `server.body_bytes`."""
    type: Any
    default: object

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper().replace(".", "_")


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
    named, variables = _from_environment(environ or {}, problems)
    given: Sources = {}
    if path := config or named:
        given |= _from_file(path, problems)
    given |= variables
    for name, value in (overrides or {}).items():
        if name not in _by_name():
            problems.append(unknown("setting", name, _by_name()))
        given[name] = (value, name)
    settings: Settings = _filled(Settings(), "", _converted(given, problems))
    problems += _unknown_privileges(settings.auth)
    problems += _no_origins(settings.server)
    if problems:
        raise SettingsError(problems)
    return settings


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
            converted = _convert(value, setting)
        except (msgspec.ValidationError, msgspec.DecodeError):
            problems.append(f"{source} is to be {kind_of(setting)}.")
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


def kind_of(setting: Setting) -> str:
    """What a setting's value is to be, in words."""
    if get_origin(setting.type) is Literal:
        return "one of " + ", ".join(get_args(setting.type))
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    if setting.type in words:
        return words[setting.type]
    if get_origin(setting.type) is tuple:
        return "a list of texts"
    return "a table" if isinstance(setting.default, Mapping) else "a path"


def _filled(record: Any, prefix: str, values: Mapping[str, Any]) -> Any:
    changes: dict[str, Any] = {}
    for item in fields(record):
        current, name = getattr(record, item.name), prefix + item.name
        if is_dataclass(current):
            changes[item.name] = _filled(current, f"{name}.", values)
        elif name in values:
            changes[item.name] = values[name]
    return replace(record, **changes)


def _convert(value: object, setting: Setting) -> object:
    """The value as the setting's type; a text may stand for a number, a list or a table."""
    if isinstance(value, Path) or setting.type is str:
        return msgspec.convert(value, setting.type)
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        return msgspec.json.decode(value, type=setting.type, strict=False, dec_hook=_path)
    if isinstance(value, str) and _is_list(setting.default):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return msgspec.convert(value, setting.type, strict=False, dec_hook=_path)


def _is_list(default: object) -> bool:
    return isinstance(default, (tuple, frozenset))


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError
