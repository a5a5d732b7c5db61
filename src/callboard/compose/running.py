"""From settings to an application that answers: what is opened here is closed here.

Theory: everything that can be wrong with the settings is found before the database is touched.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Final

from callboard.compose.crew import Crew
from callboard.compose.identity import authenticator, demo_accounts, key_config, verifier
from callboard.compose.loading import loading
from callboard.compose.services import Ways, ways
from callboard.compose.signing import given_key, make_signer
from callboard.compose.system import MovableClock, SystemClock, SystemIds
from callboard.compose.watching import Watching, watching
from callboard.compose.working import working
from callboard.core.values import JsonObject
from callboard.engine import Engine
from callboard.engine.cache import Schemas
from callboard.engine.circuit import with_circuits
from callboard.engine.sealing import Sealing
from callboard.ports.caller import Caller, User
from callboard.ports.clock import Clock, Ids
from callboard.ports.schemas import SchemaSource
from callboard.ports.signing import Signer
from callboard.ports.store import Store
from callboard.schemas import FORMATS, SchemaFolder, bundled
from callboard.server.app import App
from callboard.server.edge import Authenticate, Edge
from callboard.settings import Settings, SettingsError
from callboard.store import POSTGRES, check_url, open_postgres, open_sqlite
from callboard.telemetry import SILENT, Telemetry

__all__ = ["SYSTEM", "running"]

SYSTEM: Final = Caller(privileges=frozenset({"*"}), user=User("callboard"))
"""The engine itself, as far as it does something that nobody asked for."""


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    telemetry: Telemetry = SILENT,
    crew: Crew | None = None,
) -> AsyncIterator[App]:
    """The application, ready to answer; at the end the database is closed. `crew` are the workers
    of this machine, where there are several.

    Raises `SettingsError`, `SchemaFolderError`, `StoreError`, `TelemetryError`.
    """
    moves = settings.dev and clock is None and crew is None
    moving = MovableClock() if moves else None
    clock, ids = clock or moving or SystemClock(), ids or SystemIds()
    auth = key_config(settings)
    checks = verifier(auth, clock)
    key = given_key(auth)
    schemas = _schemas(settings)
    services = ways(settings)
    watched = watching(settings, telemetry, crew)
    async with AsyncExitStack() as opened:
        store = await open_database(settings, watched.telemetry)
        opened.push_async_callback(store.close)
        opened.push_async_callback(services.close)
        engine = make_engine(
            *(settings, store, clock, ids, schemas, watched.telemetry, services),
            signer=await make_signer(store, key),
            web=_web_schemas(settings, opened),
        )
        opened.push_async_callback(checks.keys.close)
        checks.keys.start()
        authenticate = authenticator(settings, auth, checks, store, clock)
        await opened.enter_async_context(loading(settings, engine.scenarios, SYSTEM))
        sealing = Sealing(store, engine.proving, SYSTEM, settings.engine.checkpoint_seconds)
        at_work = working(engine, store, clock, services.waits, services.listeners, sealing)
        dispatch = await opened.enter_async_context(at_work)
        edge = _edge(
            *(settings, engine, store, schemas, watched, dispatch.rest),
            authenticate=authenticate,
            accounts=demo_accounts(settings, auth, clock),
            move=None if moving is None else partial(_move, moving, dispatch.wake),
        )
        app = App(edge, log_requests=settings.log.requests)
        await opened.enter_async_context(watched.over(store, clock, app))
        yield app


def _edge(
    settings: Settings,
    engine: Engine,
    store: Store,
    schemas: Schemas,
    watched: Watching,
    rest: Callable[[], None],
    *,
    authenticate: Authenticate,
    accounts: Callable[[], Sequence[JsonObject]] | None,
    move: Callable[[int], str] | None,
) -> Edge:
    """What the endpoints may use."""
    return Edge(
        engine=engine,
        authenticate=authenticate,
        fault=store.fault,
        config=settings.server,
        web=settings.web,
        limits=settings.limits,
        environment="development" if settings.dev else "production",
        version=version("callboard"),
        schemas=schemas,
        format_schema=_format_schema,
        demo_accounts=accounts,
        move_clock=move,
        telemetry=watched.telemetry,
        rates=store.rates,
        rest=rest,
        metrics=watched.text if watched.keeps_numbers else None,
    )


def _move(clock: MovableClock, wake: Callable[[], None], seconds: int) -> str:
    """Let so many seconds pass and do what is due then; what time it is."""
    now = clock.move(seconds)
    wake()
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _format_schema(name: str) -> JsonObject | None:
    return bundled(name, tags=True) if name in FORMATS else None


def _schemas(settings: Settings) -> Schemas:
    folder = settings.schemas.path
    if folder is None:
        return dict
    if not folder.is_dir():
        raise SettingsError([f"schemas.path: there is no folder {folder}."])
    return SchemaFolder(folder)


def _web_schemas(settings: Settings, opened: AsyncExitStack) -> SchemaSource | None:
    """Where schemas are fetched from, if they are; the library for it takes its time."""
    if not settings.schemas.fetch:
        return None
    from callboard.schemas.fetching import WebSchemas

    source = WebSchemas()
    opened.push_async_callback(source.close)
    return source


async def open_database(settings: Settings, telemetry: Telemetry = SILENT) -> Store:
    """The database that the settings name. Raises `StoreError`."""
    check_url(settings.database)
    if settings.database.startswith(POSTGRES):
        return await open_postgres(
            settings.database, settings.postgres, telemetry, migrate=settings.migrate
        )
    return open_sqlite(settings.database, settings.sqlite, telemetry, migrate=settings.migrate)


def make_engine(
    settings: Settings,
    store: Store,
    clock: Clock,
    ids: Ids,
    schemas: Schemas,
    telemetry: Telemetry,
    services: Ways,
    signer: Signer | None,
    web: SchemaSource | None,
) -> Engine:
    """The engine over a store."""
    return Engine(
        store,
        clock,
        ids,
        settings.engine,
        schemas=schemas,
        limits=settings.limits,
        telemetry=telemetry,
        services=with_circuits(services.transports),
        orchestrations=services.orchestrations,
        signer=signer,
        web=web,
    )
