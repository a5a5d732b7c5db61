"""Settings of services: tables of a file, JSON, and the drop-in names become records of providers.

Theory: a service is a table with a `provider` and what this provider needs to know: the fields of
its own frozen record. Sources are merged setting by setting, so that a secret can come from the
environment and the rest from a file. `routingKey` and `routing_key` are the same setting: one is
how the format writes it (specification: services, details 2 and 3), the other how it is here.

A drop-in name is `SERVICE_<NAME>_<PROP>` (services, details 7), and where the name ends is not
written in it. It ends where a known service's name does; for one that is in no other source, which
`SERVICE_<NAME>_PROVIDER` then names, `STOCK_ROOM` is `stockRoom`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final, TypeAlias, get_type_hints

import msgspec

from callboard.core.scenario.names import is_service
from callboard.ports.transport import Provider
from callboard.server.suggest import unknown
from callboard.settings.records import Settings
from callboard.settings.values import convert, kind_of
from callboard.transports import ProviderError, find_provider, provider_names

__all__ = ["SERVICES", "Service", "Services", "service_tables", "services_of"]

SERVICES: Final = "services"
PROVIDER: Final = "provider"
DROP_IN: Final = "SERVICE_"
ORCHESTRATION: Final = re.compile(r"SERVICE_(HOST|PORT.*)|PORT(_\d+_(TCP|UDP).*)?")
"""What Kubernetes adds for a service of its own that is called `service-<name>`."""

Table: TypeAlias = "dict[str, Any]"
Tables: TypeAlias = "dict[str, Table]"
Source: TypeAlias = "tuple[object, str] | None"
"""A value, and where it came from."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that can be notified: its provider, and the record of its settings."""

    name: str
    provider: str
    maker: Provider[Any]
    config: Any


@dataclass(frozen=True, slots=True)
class Services:
    """All services that can be used, and what is wrong with the others."""

    usable: tuple[Service, ...]
    problems: tuple[str, ...]


def service_tables(
    written: Source, environ: Mapping[str, str], stated: Iterable[Source], problems: list[str]
) -> Tables:
    """The tables of all services; later sources win: the file (`written`), the drop-in names in the
    environment, then what is `stated` as a whole.
    """
    first, *later = [_tables(source, problems) for source in (written, *stated)]
    names = [name for tables in (first, *later) for name in tables]
    merged: Tables = {}
    for tables in (first, _from_environment(environ, names), *later):
        for name, table in tables.items():
            merged[name] = {**merged.get(name, {}), **table}
    return merged


def services_of(settings: Settings) -> Services:
    """The services of the settings, as their providers want them."""
    usable: list[Service] = []
    problems: list[str] = []
    for name, table in settings.services.items():
        wrong = len(problems)
        made = _service(name, dict(table), problems)
        if made is not None and len(problems) == wrong:
            usable.append(made)
    return Services(tuple(usable), tuple(problems))


def _tables(source: Source, problems: list[str]) -> Tables:
    """What one source says, with the names of settings as they are here."""
    if source is None:
        return {}
    value, where = source
    try:
        tables: Any = convert(value, dict[str, dict[str, Any]])
    except (msgspec.ValidationError, msgspec.DecodeError):
        problems.append(f"{where} is to be a table of tables, one for each service.")
        return {}
    return {
        name: {_snake(key): item for key, item in table.items()} for name, table in tables.items()
    }


def _from_environment(environ: Mapping[str, str], names: Iterable[str]) -> Tables:
    """What the drop-in names say, of services that have these names elsewhere, and of others."""
    known = {_shouted(name): name for name in names}
    known |= {name: _camel(name) for name in _declared(environ) if name not in known}
    tables: Tables = {}
    for variable, text in environ.items():
        if (place := _place(variable, known)) is not None:
            name, key = place
            tables.setdefault(name, {})[key] = text
    return tables


def _declared(environ: Mapping[str, str]) -> Iterator[str]:
    """The names, as variables have them, that say their provider."""
    end = f"_{PROVIDER.upper()}"
    for variable in environ:
        if variable.startswith(DROP_IN) and variable.endswith(end):
            yield variable.removeprefix(DROP_IN).removesuffix(end)


def _place(variable: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """The service and the setting that a variable is for; None when it is for none."""
    if not variable.startswith(DROP_IN):
        return None
    rest = variable.removeprefix(DROP_IN)
    for name in sorted(known, key=len, reverse=True):
        key = rest.removeprefix(f"{name}_")
        if key != rest:
            return None if ORCHESTRATION.fullmatch(key) else (known[name], key.lower())
    return None


def _service(name: str, table: Table, problems: list[str]) -> Service | None:
    """A service that its provider can make; else the problems say what is wrong with it."""
    place = f"{SERVICES}.{name}"
    if not name or is_service(name):
        problems.append(f'{place}: a service is named without "service:".')
    provider = table.pop(PROVIDER, None)
    if not isinstance(provider, str) or provider not in provider_names():
        problems.append(f"{place}: {_no_provider(provider)}")
        return None
    try:
        maker = find_provider(provider)
    except ProviderError as error:
        problems.append(f"{place}: {error.message}")
        return None
    config = _config(maker.config, table, place, provider, problems)
    return None if config is None else Service(name, provider, maker, config)


def _no_provider(given: object) -> str:
    possible = ", ".join(provider_names())
    if given is None:
        return f"provider is missing. Possible: {possible}."
    if not isinstance(given, str):
        return f"provider is to be one of {possible}."
    return unknown("provider", given, provider_names())


def _config(kind: Any, table: Table, place: str, provider: str, problems: list[str]) -> object:
    """The record of a provider's settings; None where something is wrong."""
    every = get_type_hints(kind)
    hints = {item.name: every[item.name] for item in fields(kind)}
    values: Table = {}
    found: list[str] = []
    for key, value in table.items():
        if key not in hints:
            found.append(f"{place}: {unknown(f'setting of {provider}', key, hints)}")
            continue
        try:
            values[key] = convert(value, hints[key])
        except (msgspec.ValidationError, msgspec.DecodeError):
            found.append(f"{place}.{key} is to be {kind_of(hints[key])}.")
    needed = [f.name for f in fields(kind) if f.default is f.default_factory is MISSING]
    found += [f"{place}: {key} is missing." for key in needed if key not in table]
    if not found:
        try:
            return kind(**values)
        except ValueError as error:
            found.append(f"{place}: {error}")
    problems += found
    return None


def _snake(name: str) -> str:
    """
    >>> _snake("routingKey"), _snake("routing_key")
    ('routing_key', 'routing_key')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _camel(name: str) -> str:
    """
    >>> _camel("STOCK_ROOM"), _camel("STOCK")
    ('stockRoom', 'stock')
    """
    first, *others = name.lower().split("_")
    return first + "".join(part.capitalize() for part in others)


def _shouted(name: str) -> str:
    """
    >>> _shouted("stockRoom"), _shouted("stock-room")
    ('STOCK_ROOM', 'STOCK_ROOM')
    """
    return re.sub(r"\W", "_", _snake(name)).upper()
