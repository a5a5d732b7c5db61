"""What is wrong with an installation, or with a credential: for `callboard doctor`.

Theory: each part is looked at with the code that the server uses, and says what it found. Nothing
is changed: no database is made or migrated, and a server that runs is not disturbed.

Invariant: no secret and no token is ever in what is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Literal

from callboard.auth import AuthConfig, JwtVerifier
from callboard.auth.explain import Told, explain_api_key, explain_jwt
from callboard.auth.jwks import JwksKeys
from callboard.auth.signing import Ed25519Signer
from callboard.compose.identity import key_config, verifier
from callboard.compose.services import ways
from callboard.compose.serving import LOOPBACK
from callboard.compose.signing import given_key
from callboard.compose.system import SystemClock
from callboard.core.scenario.services import services_named
from callboard.core.scenario.text import load
from callboard.core.scenario.validate import validate
from callboard.core.values import Json
from callboard.errors import CallboardError
from callboard.ports.store import StoreError
from callboard.ports.tokens import PREFIX, digest_of
from callboard.schemas import SchemaFolderError, load_schemas
from callboard.settings import Settings, SettingsError, services_of
from callboard.store import POSTGRES, look_at_postgres, without_password
from callboard.store.glance import Glance, glance
from callboard.transports.webhook_config import WebhookConfig

__all__ = ["Told", "examine"]

MEMORY: Final = "sqlite:///:memory:"
KINDS: Final[dict[str, Literal["yaml", "json"]]] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
}
SHOWN: Final = 20
OLDEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this program was written it cannot be."""


async def examine(settings: Settings, token: str | None = None) -> list[Told]:
    """Everything that can be said of an installation, and of a token where one is given."""
    database = None if _is_shared(settings) else _database(settings)
    seen = database if isinstance(database, Glance) else None
    told = await _shared(settings) if _is_shared(settings) else [*_told_database(database)]
    found = [*_mode(settings), *told, *_clock(seen), *_folders(settings)]
    found += _services(settings, seen)
    try:
        auth = key_config(settings)
        checks = verifier(auth, SystemClock())
    except SettingsError as error:
        found += [Told("keys", False, problem) for problem in error.problems]
        return found if token is None else [*found, *await _token(token, None, seen)]
    try:
        found += [*await _keys(auth, checks), *_parties(settings, auth), _signing(auth)]
        return found if token is None else [*found, *await _token(token, checks, seen)]
    finally:
        await checks.keys.close()


def _mode(settings: Settings) -> Iterator[Told]:
    if not settings.dev:
        yield Told("mode", True, "production.")
    elif settings.host in LOOPBACK:
        yield Told("mode", True, "development, on this machine alone.")
    else:
        text = "development, where others can reach it: they need no token to do anything."
        yield Told("mode", False, text)


def _is_shared(settings: Settings) -> bool:
    """Whether the database is on PostgreSQL."""
    return settings.database.startswith(POSTGRES)


async def _shared(settings: Settings) -> list[Told]:
    try:
        behind = await look_at_postgres(settings.database, settings.postgres)
    except StoreError as error:
        return [Told("database", False, error.message)]
    told = [Told("database", True, f"{without_password(settings.database)} answers.")]
    if behind:
        text = f"{behind} migrations will be applied at the next start. Back it up."
        told.append(Told("database", True, text))
    return told


def _database(settings: Settings) -> Glance | str | None:
    """What was seen of the database, or why it cannot be used; None for one in memory."""
    if settings.database == MEMORY:
        return None
    try:
        return glance(settings.database, settings.sqlite)
    except StoreError as error:
        return error.message


def _told_database(seen: Glance | str | None) -> Iterator[Told]:
    match seen:
        case None:
            yield Told("database", True, "in memory: gone when the server ends.")
        case str():
            yield Told("database", False, seen)
        case Glance(exists=False):
            yield Told("database", True, f"{seen.path} will be made at the first start.")
        case _:
            use = ", and an engine has it now" if seen.in_use else ""
            yield Told("database", True, f"{seen.path} can be read and written{use}.")
            if seen.behind:
                text = f"{seen.behind} migrations will be applied at the next start. Back it up."
                yield Told("database", True, text)


def _clock(seen: Glance | None) -> Iterator[Told]:
    now = datetime.now(UTC)
    written = OLDEST
    if seen is not None and seen.exists:
        written = datetime.fromtimestamp(seen.path.stat().st_mtime, UTC)
    if now < max(written, OLDEST):
        since = f"{max(written, OLDEST):%Y-%m-%dT%H:%M:%SZ}"
        yield Told("clock", False, f"it is {now:%Y-%m-%dT%H:%M:%SZ}, but {since} is past already.")
    else:
        yield Told("clock", True, f"it is {now:%Y-%m-%dT%H:%M:%SZ}.")


def _folders(settings: Settings) -> Iterator[Told]:
    schemas: dict[str, Json] = {}
    folder = settings.schemas.path
    if folder is not None and not folder.is_dir():
        yield Told("schemas", False, f"there is no folder {folder}.")
    elif folder is not None:
        try:
            schemas = load_schemas(folder)
            yield Told("schemas", True, f"{len(schemas)} in {folder}.")
        except SchemaFolderError as error:
            yield Told("schemas", False, error.message)
    if settings.schemas.fetch:
        text = "those at https: addresses are fetched when a scenario is stored or checked."
        yield Told("schemas", True, text)
    if settings.scenarios.storage == "fs":
        yield from _scenarios(settings, schemas)


def _scenarios(settings: Settings, schemas: dict[str, Json]) -> Iterator[Told]:
    folder = settings.scenarios.path
    if not folder.is_dir():
        yield Told("scenarios", False, f"there is no folder {folder}.")
        return
    files = sorted(path for path in folder.iterdir() if path.suffix in KINDS)
    good = 0
    for path in files:
        try:
            document = load(path.read_bytes(), format=KINDS[path.suffix])
            errors = validate(document, schemas=schemas)
        except (CallboardError, OSError) as error:
            yield Told("scenarios", False, f"{path} cannot be read: {error}")
            continue
        good += not errors
        if errors:
            place, message = errors[0]["instancePath"] or "/", errors[0]["message"]
            text = (
                f"{path} is not valid: {place}: {message}. `callboard validate {path}` says more."
            )
            yield Told("scenarios", False, text)
    yield Told("scenarios", True, f"{good} of {len(files)} in {folder} can be used.")


def _services(settings: Settings, seen: Glance | None) -> Iterator[Told]:
    """Nothing is sent: whether a service is there shows when there is something to tell it."""
    try:
        names = sorted(ways(settings).transports)
    except SettingsError as error:
        yield from (Told("services", False, problem) for problem in error.problems)
        return
    told = ", ".join(names) if names else "none: what scenarios notify is given up."
    yield Told("services", True, told)
    if unsigned := _unsigned(settings):
        text = f"what these are told is not signed, for they have no secret: {', '.join(unsigned)}."
        yield Told("services", True, text)
    missing: dict[str, list[str]] = {}
    for record in seen.find_scenarios() if seen is not None else ():
        for name in services_named(record.document).difference(names):
            missing.setdefault(name, []).append(str(record.document.get("title") or record.id))
    for name, titles in islice(sorted(missing.items()), SHOWN):
        text = f"{name} is not configured, but scenarios name it: {_few(titles)}."
        yield Told("services", settings.dev, text)
    if len(missing) > SHOWN:
        yield Told("services", settings.dev, f"and {len(missing) - SHOWN} more are not.")


def _unsigned(settings: Settings) -> list[str]:
    """The services that are told by HTTP and have no secret, meant so or misspelt."""
    usable = services_of(settings).usable
    return sorted(
        service.name
        for service in usable
        if isinstance(service.config, WebhookConfig) and not service.config.secret
    )


def _few(titles: list[str]) -> str:
    """The first of these, and how many more there are."""
    shown = ", ".join(titles[:3])
    return f"{shown} and {len(titles) - 3} more" if len(titles) > 3 else shown


async def _keys(auth: AuthConfig, checks: JwtVerifier) -> Iterator[Told]:
    """What tokens are checked by."""
    keys = checks.keys
    if not isinstance(keys, JwksKeys):
        kind = "a secret" if auth.jwt_secret else "a public key"
        return iter([Told("keys", True, f"tokens are checked by {kind}.")])
    keys.start()
    await keys.settle()
    place = auth.jwks_url.partition("?")[0] or f"the issuer {auth.jwt_issuer}"
    if keys.problem or not keys.names():
        return iter([Told("keys", False, keys.problem or f"{place} does not answer in time.")])
    return iter([Told("keys", True, f"from {place}: {', '.join(keys.names())}.")])


def _parties(settings: Settings, auth: AuthConfig) -> Iterator[Told]:
    """A set of keys, or a public key, signs for others too."""
    if not auth.jwt_secret and not settings.dev and not auth.jwt_audience:
        text = "auth.jwt_audience is not set: tokens of the issuer for other programs are accepted."
        yield Told("audience", False, text)


def _signing(auth: AuthConfig) -> Told:
    """What checkpoints are signed by."""
    try:
        given = given_key(auth)
    except SettingsError as error:
        return Told("signing", False, error.problems[0])
    text = f"by the key {Ed25519Signer(given).kid}." if given else "by a key in the database."
    return Told("signing", True, f"checkpoints are signed {text}")


async def _token(token: str, checks: JwtVerifier | None, seen: Glance | None) -> list[Told]:
    """What there is to say of a credential."""
    scheme, _, rest = token.partition(" ")
    token = rest.strip() if scheme.lower() == "bearer" else token
    if not token.startswith(PREFIX):
        if checks is None:
            return [Told("token", False, "nothing is there to check it by.")]
        return await explain_jwt(checks, token)
    try:
        record = seen.find_api_key(digest_of(token)) if seen is not None else None
    except StoreError as error:
        return [Told("key", False, error.message)]
    return explain_api_key(token, record, datetime.now(UTC).timestamp())
