"""The records that hold everything that can be set. Each package declares its own; those that
belong to none are here. The text below a field is its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from callboard.auth.config import AuthConfig
from callboard.core.limits import Limits
from callboard.engine.config import EngineConfig
from callboard.errors import CallboardError
from callboard.server.config import ServerConfig, WebConfig
from callboard.store.config import PostgresConfig, SqliteConfig
from callboard.telemetry import LogConfig, MetricsConfig, TelemetryConfig

__all__ = ["ScenarioConfig", "SchemaConfig", "Settings", "SettingsError"]


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
    fetch: bool = False
    """Fetch schemas that scenarios refer to by `https:` addresses, when they are stored or checked;
    from public addresses only."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    dev: bool = False
    """Development mode: demo accounts, example scenarios, and a default account without a token."""
    host: str = "127.0.0.1"
    """Address to listen on; `0.0.0.0` for all."""
    port: int = 8080
    """Port to listen on; 0 takes any that is free."""
    workers: int = 1
    """Processes that serve on this machine, each an engine of its own; more than 1 needs
    PostgreSQL."""
    database: str = field(default="sqlite:///callboard.db", repr=False)
    """Where everything is kept: `sqlite:///FILE`, or `postgresql://USER@HOST/NAME`."""
    migrate: bool = True
    """Bring the database to the newest schema when the server starts. Without, it refuses to
    start on an older one, for those who run `callboard db upgrade` by hand."""
    demo_accounts: bool = True
    """Offer the demo accounts, in development mode."""
    auth: AuthConfig = field(default_factory=AuthConfig)
    engine: EngineConfig = field(default_factory=EngineConfig)
    server: ServerConfig = field(default_factory=ServerConfig)
    web: WebConfig = field(default_factory=WebConfig)
    sqlite: SqliteConfig = field(default_factory=SqliteConfig)
    postgres: PostgresConfig = field(default_factory=PostgresConfig)
    limits: Limits = field(default_factory=Limits)
    log: LogConfig = field(default_factory=LogConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    telemetry: TelemetryConfig = field(default_factory=TelemetryConfig)
    scenarios: ScenarioConfig = field(default_factory=ScenarioConfig)
    schemas: SchemaConfig = field(default_factory=SchemaConfig)
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """The services that are notified, by the names that scenarios have for them. Each is a table:
    its `provider`, and what this one needs to know."""
