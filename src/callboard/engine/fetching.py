"""The schemas on the web that a scenario refers to: fetched when it is stored or checked.

Theory: what a scenario means must not change, nor depend on whether somebody else's server answers
today. So they are fetched once and kept with the scenario; it is compiled with them ever after.

Invariant: of one scenario at most `MOST` are fetched, those that others refer to in turn included.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from callboard.core.canonical import scenario_id
from callboard.core.limits import Limits
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.places import Place
from callboard.core.scenario.references import web_references
from callboard.core.scenario.text import load
from callboard.core.values import Json, JsonObject
from callboard.engine.cache import ScenarioCache
from callboard.errors import CallboardError, InvalidError, Reason
from callboard.ports.records import MediaType
from callboard.ports.schemas import FetchError, SchemaSource

__all__ = ["Fetching", "identity_of"]

MOST: Final = 32
SECONDS: Final = 20.0
"""How long all of them may take."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """The use case of fetching; with no source nothing is."""

    source: SchemaSource | None = None

    async def of(self, cache: ScenarioCache, text: str, media_type: MediaType) -> JsonObject:
        """The schemas that a scenario refers to and that are not known, by address; none of a text
        that is no scenario. Raises InvalidError with every one that cannot be had.
        """
        if self.source is None:
            return {}
        named = await asyncio.to_thread(_named, text, media_type, cache.limits)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._all(self.source, dict(named), cache.schemas())
        except TimeoutError:
            text = f"Its schemas cannot be had in {SECONDS:g} seconds."
            raise _refused([Reason("scenario-invalid", text)]) from None

    async def _all(
        self, source: SchemaSource, wanted: dict[str, Place], known: Mapping[str, Json]
    ) -> JsonObject:
        """What is wanted and not known, and what that refers to."""
        found: JsonObject = {}
        while wanted := {u: at for u, at in wanted.items() if not {u, f"{u}#"} & known.keys()}:
            if len(found) + len(wanted) > MOST:
                raise _refused(
                    [Reason("scenario-invalid", f"It refers to more than {MOST} schemas.")]
                )
            schemas = await _get(source, wanted)
            found |= schemas
            inner = [
                (uri, wanted[base])
                for base, schema in schemas.items()
                for uri, _ in web_references(schema, base)
            ]
            wanted = {uri: at for uri, at in inner if uri not in found}
        return found


async def _get(source: SchemaSource, wanted: Mapping[str, Place]) -> JsonObject:
    """Raises InvalidError with every one that cannot be had."""

    async def get(uri: str) -> Json | FetchError:
        try:
            return await source.get(uri)
        except FetchError as error:
            return error

    found: JsonObject = {}
    reasons: list[Reason] = []
    answers = await asyncio.gather(*map(get, wanted))
    for (uri, at), answer in zip(wanted.items(), answers, strict=True):
        if isinstance(answer, FetchError):
            text = f"The schema {uri[:200]!r} cannot be had. {answer.message}"
            reasons.append(Reason("scenario-invalid", text, str(at), "schema"))
        else:
            found[uri] = answer
    if reasons:
        raise _refused(reasons)
    return found


def identity_of(text: str, media_type: MediaType, limits: Limits) -> str | None:
    """The id of a scenario; None of a text that is none."""
    document = _normalized(text, media_type, limits)
    return None if document is None else scenario_id(document)


def _named(text: str, media_type: MediaType, limits: Limits) -> list[tuple[str, Place]]:
    """What a scenario refers to as it is normalised, for only then short forms are references."""
    return list(web_references(_normalized(text, media_type, limits)))


def _normalized(text: str, media_type: MediaType, limits: Limits) -> JsonObject | None:
    form: Literal["json", "yaml"] = "json" if media_type == "application/json" else "yaml"
    try:
        value = load(text, format=form, limits=limits)
        if not isinstance(value, dict):
            return None
        return normalize({k: v for k, v in value.items() if k != "id"}, limits=limits)
    except CallboardError:
        return None


def _refused(reasons: list[Reason]) -> InvalidError:
    return InvalidError("Not all schemas can be had.", reasons, code="scenario-invalid")
