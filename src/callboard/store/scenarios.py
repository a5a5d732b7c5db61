"""Scenarios: row <-> record."""

from __future__ import annotations

from typing import Any

from callboard.core.values import Json
from callboard.ports.records import ScenarioRecord, ScenarioSummary
from callboard.store.text import from_text, to_text


def columns(record: ScenarioRecord) -> tuple[str | None, ...]:
    """What is stored: id, name, version, title, description, tags, document, source, media_type,
    created, disabled, schemas. The texts for lists come from the document."""
    document = record.document
    return (
        record.id,
        record.name,
        record.version,
        _text(document.get("title")),
        _text(document.get("description")),
        to_text(document.get("tags") or []),
        to_text(document),
        record.source,
        record.media_type,
        record.created,
        record.disabled,
        to_text(record.schemas),
    )


def record(row: tuple[Any, ...]) -> ScenarioRecord:
    """From id, document, source, media_type, created, name, version, disabled, schemas."""
    key, document, source, kind, created, name, version, disabled, schemas = row
    return ScenarioRecord(
        *(key, from_text(document), source, kind, created, name, version, disabled),
        schemas=from_text(schemas),
    )


def summary(row: tuple[Any, ...]) -> ScenarioSummary:
    """From id, title, description, tags, name, version."""
    key, title, description, tags, name, version = row
    return ScenarioSummary(key, title, description, tuple(from_text(tags)), name, version)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
