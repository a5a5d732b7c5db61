"""The published schemas: they agree with `validate`, hold together, and speak to people."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from urllib.parse import quote

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.core.process import instantiate
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.core.scenario.validate import validate
from callboard.examples import example_names, load_example
from callboard.schemas import FORMAT_BASE, FORMATS, bundled, published

VECTORS = Path(__file__).parents[1] / "conformance" / "vectors"
REFERENCES = {"state", "actor", "schema", "limit", "depth", "normalize", "errors"}
"""Keywords of errors that no JSON Schema of the format can find."""


def vectors(name: str) -> list[dict]:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]


@cache
def checker(name: str, *, tags: bool = False) -> jsonschema_rs.Draft202012Validator:
    schema = bundled(name, tags=tags)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)


def is_well_shaped(scenario: object) -> bool:
    """Whether `validate` finds nothing but what the schema cannot know of."""
    return all(error["keyword"] in REFERENCES for error in validate(scenario))


@pytest.mark.parametrize("case", vectors("validate"), ids=lambda case: case["name"])
def test_the_schema_agrees_with_validate(case: dict) -> None:
    scenario = case["scenario"]
    assert checker("scenario").is_valid(scenario) == is_well_shaped(scenario)


BASES = [case["scenario"] for case in vectors("validate")] + [
    json.loads(json.dumps(load(load_example(name)))) for name in example_names()
]
PIECES = [
    None, True, False, 0, 1.5, -1, "", "x", "string", "object", "https://example.com/a", "2 days",
    [], [None], ["x"], [["x"]], [{"on": "x", "goto": None}], {}, {"a": None}, {"a": "string"},
    {"<ref>": "vars.x"}, {"<ref>": 1}, {"<ref>": "a", "b": 1}, {"<tpl>": {"template": "x"}},
    {"<tpl>": {}}, {"<select>": {"$": 1}}, {"<select>": {"*": 1}}, {"$ref": "#/x", "a": 1},
    {"type": "int"}, {"on": "x", "goto": "(e)"}, {"after": 5, "goto": "(e)"}, {"service": "s"},
]  # fmt: skip
KEYS = [
    "title", "description", "if", "on", "by", "after", "goto", "log", "transitions", "notify",
    "instructions", "tag", "actor", "response", "update", "set", "mode", "role", "type", "items",
    "properties", "required", "not", "anyOf", "$ref", "enum", "const", "minLength", "service",
    "trigger", "message", "nullable", "!required", "errorMessage", "x", "(e)", "*", "initial",
]  # fmt: skip


def containers(value: object) -> list:
    found = [value] if isinstance(value, (dict, list)) else []
    inner = value.values() if isinstance(value, dict) else value if found else ()
    return found + [part for item in inner for part in containers(item)]


@given(st.sampled_from(BASES), st.data())
@settings(max_examples=400, deadline=None)
def test_the_schema_agrees_with_validate_on_broken_scenarios(
    base: dict, data: st.DataObject
) -> None:
    scenario = json.loads(json.dumps(base))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(containers(scenario) or [scenario]))
        piece = json.loads(json.dumps(data.draw(st.sampled_from(PIECES))))
        if isinstance(place, dict):
            place[data.draw(st.sampled_from([*place, *KEYS]))] = piece
        elif place:
            place[data.draw(st.integers(0, len(place) - 1))] = piece
    errors = validate(scenario)
    assert checker("scenario").is_valid(scenario) == is_well_shaped(scenario), errors
    if not errors:
        compile_scenario(normalize(scenario))


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_a_valid_schema_with_its_own_identifier(name: str) -> None:
    schema = published(name)
    jsonschema_rs.meta.validate(schema)
    assert schema["$id"] == FORMAT_BASE + name


@pytest.mark.parametrize("tags", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_a_bundle_refers_to_nothing_outside(name: str, tags: bool) -> None:
    text = json.dumps(bundled(name, tags=tags))
    jsonschema_rs.meta.validate(json.loads(text))
    assert '"$ref": "http' not in text


def properties(schema: object) -> list[tuple[str, dict]]:
    """Property → schema, of everything that an author may write."""
    if isinstance(schema, list):
        return [found for item in schema for found in properties(item)]
    if not isinstance(schema, dict):
        return []
    skipped = ("if", "not", "anyOf", "examples", "properties")
    found = [
        pair for key, item in schema.items() if key not in skipped for pair in properties(item)
    ]
    for name, item in schema.get("properties", {}).items():
        found += [(name, item), *properties(item)]
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_every_property_is_described(name: str) -> None:
    schema = published(name)
    described = {
        key for key, item in properties(schema) if isinstance(item, dict) and "description" in item
    }
    named = {key for key, item in properties(schema) if isinstance(item, dict)}
    assert named - described <= {"timestamp", "hash"}
    assert schema["description"]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "process"])
def test_the_examples_of_a_format_satisfy_it(name: str) -> None:
    for example in published(name)["examples"]:
        checker(name).validate(example)


def test_the_examples_inside_satisfy_their_schemas() -> None:
    definitions = bundled("scenario")["$defs"]
    for pointer, examples in places_with_examples(definitions, "/$defs"):
        for example in examples:
            schema = {"$ref": f"#{pointer}", "$defs": definitions}
            assert jsonschema_rs.is_valid(schema, example), (pointer, example)


def places_with_examples(value: object, pointer: str) -> list[tuple[str, list]]:
    found = []
    for key, item in value.items() if isinstance(value, dict) else ():
        at = f"{pointer}/{quote(key.replace('~', '~0').replace('/', '~1'))}"
        if isinstance(item, dict):
            if isinstance(item.get("examples"), list):
                found.append((at, item["examples"]))
            found += places_with_examples(item, at)
    return found


class Untagged(yaml.SafeLoader):
    """How an editor of YAML 1.2 sees tagged values that it knows nothing of."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (as the class above has it)
        letter: resolvers
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        if letter not in "oOyYnN"
    }


def without_tag(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Untagged.add_multi_constructor("!", without_tag)


@pytest.mark.parametrize("name", example_names())
def test_an_editor_that_knows_no_tags_accepts_the_examples(name: str) -> None:
    document = json.loads(json.dumps(yaml.load(load_example(name), Untagged), default=str))
    checker("scenario", tags=True).validate(document)


def test_an_editor_that_knows_no_tags_still_finds_mistakes() -> None:
    scenario = {"states": {"initial": {"on": "go", "after": 5, "goto": "(done)"}}}
    assert not checker("scenario", tags=True).is_valid(scenario)
    assert not checker("scenario", tags=True).is_valid({"states": {"initial": {"on": 5}}})


@pytest.mark.parametrize("name", example_names())
def test_a_process_satisfies_its_format(name: str) -> None:
    scenario = compile_scenario(normalize(load(load_example(name))))
    outcome = instantiate(
        scenario, process_id="3f1c0b52-6f5c-4f0f-9d0d-2c5ed4a4f1b1", at="2026-01-01T12:00:00.000Z"
    )
    checker("process").validate({**outcome.process, "events": [outcome.event]})
    assert not checker("process").is_valid({**outcome.process, "isRunning": "yes"})


def test_an_unknown_format() -> None:
    with pytest.raises(KeyError):
        published("process.json")
