"""The signed checkpoints of a bundle, checked offline: signatures, the chain, and whose key it is.

Theory: a bundle brings its own keys, so by itself it shows only that one key signed; that the key
is the engine's is known to whoever saved its published keys before. What was not checked is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

import click

from callboard.cli.failure import Failure, Findings
from callboard.cli.sources import read_source, read_value
from callboard.core.process.checkpoints import SIGNED, contradicted, signed_text
from callboard.core.values import Json, JsonObject

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

NOT_CHECKED: Final = "not checked:"


def check_checkpoints(bundle: JsonObject, chain: list[JsonObject], keys_file: str | None) -> None:
    """Say what holds, and what was not checked. Raises `Findings` for what does not hold: a
    signature, a checkpoint that the chain does not fit, and with saved keys, a key that is none of
    them, or a last event that is not signed.
    """
    trusted = _saved(keys_file) if keys_file is not None else None
    checkpoints = _checkpoints(bundle)
    _check_signatures(checkpoints, _keys(bundle.get("keys")), trusted, keys_file)
    process = bundle["process"]
    wrong = contradicted(checkpoints, chain, process["id"] if isinstance(process, dict) else None)
    if wrong is not None:
        _found(f"event {wrong.event}: {wrong.code}: {wrong.message}")
    newest = checkpoints[-1] if checkpoints else None
    if newest is None or newest["events"] != len(chain):
        _say_unsigned(newest, trusted is not None)
    if newest is None:
        return
    count = len(checkpoints)
    some = "1 signed checkpoint fits" if count == 1 else f"{count} signed checkpoints fit"
    click.echo(f"{some}; the newest is of {newest['at']}")
    if keys_file is None:
        click.echo(f"{NOT_CHECKED} whose key {newest['kid']} is; it is the bundle's own word")
        click.echo("  (--keys FILE, saved from /.well-known/callboard-keys before, tells)")
    else:
        click.echo(f"signed by the key {newest['kid']}, which is in {keys_file}")
    click.echo(f"{NOT_CHECKED} whether the process has gone on since {newest['at']}")


def _check_signatures(
    checkpoints: list[JsonObject],
    own: dict[str, OKPKey],
    trusted: dict[str, OKPKey] | None,
    keys_file: str | None,
) -> None:
    from callboard.auth.signing import signature_holds

    for item in checkpoints:
        kid, place = str(item["kid"]), f"event {_last_event(item)}"
        if kid not in own:
            _found(f"{place}: unknown-key: the bundle has no key {kid}.")
        if trusted is not None and kid not in trusted:
            _found(f"{place}: unknown-key: the key {kid} is not in {keys_file}.")
        if not signature_holds(own, kid, signed_text(item), str(item["signature"])):
            _found(f"{place}: checkpoint-signature: the checkpoint is not signed by {kid}.")


def _say_unsigned(newest: JsonObject | None, needed: bool) -> None:
    first = 0 if newest is None else newest["events"]
    told = f"from event {first} on nothing is signed" if first else "nothing in it is signed"
    if needed:
        _found(f"unsigned: {told}.")
    click.echo(f"{NOT_CHECKED} who made the chain; {told}, and one made anew holds, too")


def _checkpoints(bundle: JsonObject) -> list[JsonObject]:
    """The checkpoints of a bundle, by the number of events."""
    given = bundle.get("checkpoints", [])
    if not isinstance(given, list):
        raise Failure("The checkpoints of the bundle are no list.")
    found: list[JsonObject] = []
    for item in given:
        if not isinstance(item, dict) or not {*SIGNED, "signature"} <= item.keys():
            raise Failure("A checkpoint of the bundle lacks one of its fields.")
        found.append(item)
    return sorted(found, key=_last_event)


def _last_event(checkpoint: JsonObject) -> int:
    events = checkpoint["events"]
    if type(events) is not int or events < 1:
        raise Failure("A checkpoint of the bundle has no number of events.")
    return events - 1


def _saved(name: str) -> dict[str, OKPKey]:
    """The keys of the file. Raises `Failure` when there are none."""
    document = read_value(read_source(name), json=True)
    keys = _keys(document.get("keys") if isinstance(document, dict) else None)
    if not keys:
        raise Failure(f"{name}: these are no keys as /.well-known/callboard-keys gives them.")
    return keys


def _keys(given: Json) -> dict[str, OKPKey]:
    from callboard.auth.signing import known_keys

    return known_keys(given)


def _found(text: str) -> NoReturn:
    click.echo(text)
    raise Findings
