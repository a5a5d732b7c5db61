"""Settings: what a file, the environment and the command line say, as frozen records."""

from __future__ import annotations

from callboard.settings.loading import DROP_IN, load_settings, service_names, settings_list
from callboard.settings.records import ScenarioConfig, SchemaConfig, Settings, SettingsError
from callboard.settings.services import Service, Services, services_of
from callboard.settings.values import PREFIX, Setting, kind_of

__all__ = [
    "DROP_IN",
    "PREFIX",
    "ScenarioConfig",
    "SchemaConfig",
    "Service",
    "Services",
    "Setting",
    "Settings",
    "SettingsError",
    "kind_of",
    "load_settings",
    "service_names",
    "services_of",
    "settings_list",
]
