"""A folder of schemas: names, normal form, changes, and what makes it unusable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from callboard.core.scenario.validate import validate
from callboard.schemas import SchemaFolder, SchemaFolderError, load_schemas

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def write(folder: Path, **files: str) -> Path:
    """Files by `folder__name_ending`."""
    for name, text in files.items():
        path = folder.joinpath(
            *name.replace("_yaml", ".yaml").replace("_json", ".json").split("__")
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_names_follow_the_path(tmp_path: Path) -> None:
    write(tmp_path, order_yaml="type: string", parts__line_json='{"type": "number"}')
    (tmp_path / "old.yml").write_text("integer")
    (tmp_path / "README.md").write_text("Not a schema")
    assert load_schemas(tmp_path) == {
        "schema:old": {"type": "integer"},
        "schema:order": {"$schema": DIALECT, "type": "string"},
        "schema:parts/line": {"$schema": DIALECT, "type": "number"},
    }


def test_an_identifier_wins_over_the_path(tmp_path: Path) -> None:
    write(tmp_path, order_yaml="$id: https://example.com/order\ntype: string")
    assert list(load_schemas(tmp_path)) == ["https://example.com/order"]


def test_files_are_brought_to_normal_form(tmp_path: Path) -> None:
    write(tmp_path, order_yaml="$schema: x:y\nproperties: {amount: !required number}")
    assert load_schemas(tmp_path)["schema:order"] == {
        "$schema": "x:y",
        "type": "object",
        "properties": {"amount": {"type": "number"}},
        "required": ["amount"],
        "additionalProperties": False,
    }


def test_schemas_may_refer_to_each_other(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="properties: {schema: string, b: {$ref: 'schema:b'}}",
        b_yaml="type: number",
    )
    action = {"schema": "a", "b": "x"}
    scenario = {"actions": {"go": action}, "states": {"initial": {"on": "go", "goto": "(done)"}}}
    (error,) = validate(scenario, schemas=load_schemas(tmp_path))
    assert error["instancePath"] == "/actions/go/b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type: [", "line"),
        ("5", "a schema is a map"),
        ("type: strng", "`type`"),
        ("$ref: schema:gone", "schema:gone"),
        ("pattern: '(?=x)'", "pattern"),
    ],
)
def test_what_cannot_be_used_names_its_file(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, sub__order_yaml=text)
    with pytest.raises(SchemaFolderError) as caught:
        load_schemas(tmp_path)
    assert str(tmp_path / "sub" / "order.yaml") in caught.value.message
    assert said.lower() in caught.value.message.lower()


def test_two_schemas_of_one_name(tmp_path: Path) -> None:
    write(tmp_path, order_yaml="type: string", order_json="{}")
    with pytest.raises(SchemaFolderError, match=r"order\.yaml: .*order\.json is the schema"):
        load_schemas(tmp_path)


def test_a_folder_that_does_not_exist_holds_no_schemas(tmp_path: Path) -> None:
    assert load_schemas(tmp_path / "gone") == {}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def change(path: Path, text: str) -> None:
    """Write a file so that its time is another one for sure."""
    path.write_text(text)
    later = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(later, later))


def test_changes_are_picked_up(tmp_path: Path) -> None:
    clock = Clock()
    folder = SchemaFolder(write(tmp_path, a_yaml="type: string"), now=clock)
    before = folder()
    change(tmp_path / "a.yaml", "type: number")
    assert folder() is before  # not looked at yet
    clock.now = 1
    assert folder()["schema:a"] == {"$schema": DIALECT, "type": "number"}
    clock.now = 2
    assert folder() is folder()


def test_a_folder_that_becomes_unusable_stays_as_it_was(tmp_path: Path) -> None:
    clock = Clock()
    folder = SchemaFolder(write(tmp_path, a_yaml="type: string"), now=clock)
    before = folder()
    change(tmp_path / "a.yaml", "type: [")
    clock.now = 1
    assert folder() is before
    assert folder.problem is not None
    change(tmp_path / "a.yaml", "type: integer")
    (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
    clock.now = 2
    assert list(folder()) == ["schema:b"]
    assert folder.problem is None
