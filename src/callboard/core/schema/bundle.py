"""Bringing a schema, and all that it refers to, into one document for the native checker.

The native checker gets a document in which every reference leads to a place in that document, so
there is nothing it could fetch. On the way

- `$id`, `$anchor` and references to `resources` are resolved; a resource that is used becomes a
  definition of the document;
- annotations are left out, so that only what judges a value is compiled;
- `nullable` becomes a type, formats of numbers become limits (specification: language,
  section 5.14);
- the graph of sub-schemas is drawn, which says what a check may cost (see `cost`).

Sub-schemas stay where they were: a pointer into the written schema is one into the new document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callboard.core.limits import Limits
from callboard.core.schema import keywords as kw
from callboard.core.schema.applicators import APPLICATORS, At
from callboard.core.schema.assertions import Assertions
from callboard.core.schema.documents import Document, Documents, Place
from callboard.core.schema.formats import NUMBER_FORMATS
from callboard.core.schema.graph import EVERY_ITEM, EVERY_PROPERTY, Bundle, Message, Node
from callboard.core.schema.problems import schema_problem
from callboard.core.schema.references import fragment_of, resolve_local
from callboard.core.values import Absent, Json, JsonObject

METASCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"
"""The one schema that the native checker knows by itself."""
_METASCHEMA_NODE: Final = Node(
    work=60, children=[(EVERY_PROPERTY, METASCHEMA), (EVERY_ITEM, METASCHEMA)]
)
_DEFINITION: Final = "callboard."


def make_bundle(schema: Json, resources: Mapping[str, Json], limits: Limits) -> Bundle:
    """The bundle of a normalised schema. Raises SchemaError when it cannot be made.

    What makes a schema unusable: it is no map or boolean, it refers to what is not there, it is
    nested too deep, it has too many sub-schemas, or its patterns are too many, long or large.
    """
    builder = _Builder(Documents(resources), limits)
    document = Document("", schema, "")
    builder.documents.known[""] = document
    root = builder.visit(schema, Place(document, "", 0))
    builder.follow_references()
    if isinstance(root, dict) and builder.definitions:
        given = root.get("$defs")
        root["$defs"] = {**(given if isinstance(given, dict) else {}), **builder.definitions}
    return Bundle(
        schema=root,
        nodes=builder.nodes,
        references=builder.references,
        messages=builder.messages,
        formats=builder.formats,
        limits=frozenset(builder.assertions.limits_used),
    )


class _Builder:
    """One bundle in the making."""

    def __init__(self, documents: Documents, limits: Limits) -> None:
        self.documents = documents
        self.limits = limits
        self.assertions = Assertions(limits)
        self.nodes: dict[str, Node] = {}
        self.messages: dict[str, Message] = {}
        self.formats: dict[str, str] = {}
        self.references: dict[str, str] = {}
        self.definitions: JsonObject = {}
        self.brought: dict[str, str] = {}
        self.pending: list[tuple[Place, JsonObject, str]] = []

    def visit(self, schema: Json, place: Place) -> JsonObject | bool:
        """The sub-schema as the native checker gets it."""
        self._check_bounds(place)
        if isinstance(schema, bool):
            self.nodes[place.pointer] = Node()
            return schema
        if not isinstance(schema, dict):
            raise schema_problem("A schema is a map or a boolean.", place.pointer)
        place = self.documents.enter(schema, place)
        result, node = self.assertions.of(schema, place.pointer)
        self.nodes[place.pointer] = node
        message = schema.get("errorMessage")
        if isinstance(message, (str, dict)):
            self.messages[place.pointer] = message
        for key in schema:
            applicator = APPLICATORS.get(key)
            if applicator is not None:
                applicator(At(self.visit, key, schema[key], result, node, place))
        if result.get("additionalProperties") is False:
            # Without `properties` the native checker does not say which property is too many.
            result.setdefault("properties", {})
        self._note_references(schema, result, place)
        self._rewrite_format(result, place)
        return result

    def _check_bounds(self, place: Place) -> None:
        if place.depth > self.limits.document_depth:
            raise schema_problem("The schema is nested too deep.", place.pointer)
        if len(self.nodes) > self.limits.schema_cost:
            raise schema_problem(f"The schema has more than {self.limits.schema_cost} sub-schemas.")

    def _note_references(self, schema: JsonObject, result: JsonObject, place: Place) -> None:
        for key in kw.REFERENCES:
            reference = schema.get(key)
            if reference is None:
                continue
            if not isinstance(reference, str):
                raise schema_problem(f"`{key}` is a text.", place.pointer)
            if "$ref" in result:
                branch: JsonObject = {"$ref": reference}
                self.pending.append((self._add_branch(result, branch, place), branch, reference))
            else:
                result["$ref"] = reference
                self.pending.append((place, result, reference))

    def _rewrite_format(self, result: JsonObject, place: Place) -> None:
        name = result.get("format")
        if isinstance(name, str) and name in NUMBER_FORMATS:
            branch: JsonObject = {"if": {"type": "number"}, "then": NUMBER_FORMATS[name]}
            self.formats[self._add_branch(result, branch, place).pointer] = name
            del result["format"]

    def _add_branch(self, result: JsonObject, branch: JsonObject, place: Place) -> Place:
        """One more schema for the same value, at the end of `allOf`."""
        branches = result.get("allOf")
        listed = branches if isinstance(branches, list) else []
        result["allOf"] = [*listed, branch]
        inner = place.among("allOf", len(listed))
        self.nodes[inner.pointer] = Node(work=3)
        self.nodes[place.pointer].in_place.append(inner.pointer)
        return inner

    def follow_references(self) -> None:
        """Let every reference lead to a place in the bundle."""
        while self.pending:
            place, holder, reference = self.pending.pop()
            if reference.rstrip("#") == METASCHEMA:
                self.nodes[METASCHEMA] = _METASCHEMA_NODE
                self.nodes[place.pointer].in_place.append(METASCHEMA)
                continue
            pointer = self._locate(place, reference)
            holder["$ref"] = fragment_of(pointer)
            self.references[place.pointer] = pointer
            self.nodes[place.pointer].in_place.append(pointer)

    def _locate(self, place: Place, reference: str) -> str:
        """Where in the bundle a reference leads; what is not there yet is brought in."""
        uri, fragment = self.documents.target(place.document, reference)
        document = self.documents.known.get(uri)
        if document is None:
            resource = self.documents.resource(uri)
            if resource is None:
                raise schema_problem(f"There is no schema {reference!r}.", place.pointer)
            document = Document(uri, resource, self._free_pointer())
            self.documents.known[uri] = document
            self._define(resource, document, document.at)
        pointer = self.documents.pointer_in(document, fragment)
        if pointer is None or pointer in self.nodes:
            return self._found(pointer, place, reference)
        if pointer not in self.brought:
            # It stands at no keyword that we know, so it has to be brought to one.
            target = resolve_local(document.value, fragment)
            self.brought[pointer] = self._free_pointer()
            if isinstance(target, Absent):
                return self._found(None, place, reference)
            self._define(target, document, self.brought[pointer])
        return self.brought[pointer]

    def _found(self, pointer: str | None, place: Place, reference: str) -> str:
        if pointer is None:
            raise schema_problem(f"There is nothing at {reference!r}.", place.pointer)
        return pointer

    def _free_pointer(self) -> str:
        """Where the next definition of ours goes."""
        number = len(self.definitions)
        while f"/$defs/{_DEFINITION}{number}" in self.nodes:
            number += 1
        return f"/$defs/{_DEFINITION}{number}"

    def _define(self, schema: Json, document: Document, pointer: str) -> None:
        self.definitions[pointer.removeprefix("/$defs/")] = self.visit(
            schema, Place(document, pointer, 2)
        )
