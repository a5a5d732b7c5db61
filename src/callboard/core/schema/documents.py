"""The documents that a schema consists of: itself, sub-schemas with an `$id`, and resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from callboard.core.schema.references import unescape
from callboard.core.schema.uris import resolve, split_fragment
from callboard.core.values import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Document:
    """A schema with a URI of its own. `at` is its place in the bundle, as a JSON Pointer."""

    uri: str
    value: Json
    at: str


class Place(NamedTuple):
    """Where a sub-schema stands: in which document, and where in the bundle."""

    document: Document
    pointer: str
    depth: int

    def at(self, keyword: str) -> Place:
        """The place of the schema that a keyword holds."""
        return Place(self.document, f"{self.pointer}/{keyword}", self.depth + 1)

    def among(self, keyword: str, part: str | int) -> Place:
        """The place of one of the schemas that a keyword holds."""
        name = str(part)
        if "~" in name or "/" in name:
            name = name.replace("~", "~0").replace("/", "~1")
        return Place(self.document, f"{self.pointer}/{keyword}/{name}", self.depth + 2)


@dataclass(frozen=True, slots=True)
class Documents:
    """Which documents there are, by URI, and which anchors they have."""

    resources: Mapping[str, Json]
    known: dict[str, Document] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)

    def enter(self, schema: JsonObject, place: Place) -> Place:
        """Take note of the names that a sub-schema gives itself; the place it then stands at."""
        identity = schema.get("$id")
        if isinstance(identity, str) and not identity.startswith("#"):
            uri = resolve(place.document.uri, identity)
            document = Document(uri, schema, place.pointer)
            self.known.setdefault(uri, document)
            place = Place(document, place.pointer, place.depth)
        for key in ("$anchor", "$dynamicAnchor"):
            name = schema.get(key)
            if isinstance(name, str):
                self.anchors.setdefault((place.document.at, name), place.pointer)
        return place

    def target(self, document: Document, reference: str) -> tuple[str, str]:
        """The URI and the fragment that a reference in a document means."""
        text, fragment = split_fragment(reference)
        return (resolve(document.uri, text) if text else document.uri), fragment

    def resource(self, uri: str) -> Json:
        """A resource by its URI; None when there is none."""
        return self.resources.get(uri, self.resources.get(f"{uri}#"))

    def pointer_in(self, document: Document, fragment: str) -> str | None:
        """The place in the bundle that a fragment names; None for an anchor that is not there."""
        text = unescape(fragment[1:])
        if not text or text.startswith("/"):
            return document.at + text
        return self.anchors.get((document.at, text))
