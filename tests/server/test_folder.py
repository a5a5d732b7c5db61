"""Scenarios from a folder: loaded, disabled, picked up while the engine runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from callboard.compose import SYSTEM
from callboard.compose.folder import ScenarioFolder
from callboard.schemas import SchemaFolderError, load_schemas
from tests.server.world import APPROVAL, world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scenarios"
    made.mkdir()
    (made / "approval.yaml").write_text(APPROVAL)
    return made


@pytest.fixture
def watched(empty, folder):
    return ScenarioFolder(folder, empty.app.edge.engine.scenarios, SYSTEM)


def titles(server):
    return [item["title"] for item in server.get("/scenarios", "alice").json()]


def test_a_folder_is_loaded_at_the_start_also_where_the_api_only_reads(tmp_path, folder):
    more = {"scenarios.storage": "fs", "scenarios.path": str(folder), "engine.read_only": True}
    with world(tmp_path, **more) as server:
        assert titles(server) == ["Approval"]


def test_a_new_file_is_picked_up(empty, watched, folder):
    empty.run(watched.load())
    (folder / "other.yaml").write_text(APPROVAL.replace("title: Approval", "title: Other"))
    empty.run(watched.load())
    assert titles(empty) == ["Approval", "Other"]


def test_a_changed_file_takes_the_place_of_what_it_was(empty, watched, folder):
    empty.run(watched.load())
    (folder / "approval.yaml").write_text(APPROVAL.replace("title: Approval", "title: Changed"))
    empty.run(watched.load())
    assert titles(empty) == ["Changed"]


def test_a_file_that_is_gone_or_called_disabled_is_disabled(empty, watched, folder):
    empty.run(watched.load())
    (folder / "approval.yaml").rename(folder / "approval.disabled.yaml")
    empty.run(watched.load())
    assert titles(empty) == []
    (folder / "approval.disabled.yaml").rename(folder / "back.yaml")
    empty.run(watched.load())
    assert titles(empty) == ["Approval"]
    (folder / "back.yaml").unlink()
    empty.run(watched.load())
    assert titles(empty) == []


def test_what_cannot_be_read_is_reported_and_passed_over(empty, watched, folder, caplog):
    (folder / "a.yaml").write_text("title: [")
    (folder / "b.yaml").write_bytes(b"\xff")
    (folder / "c.json").write_text('{"title": 5}')
    (folder / "notes.txt").write_text("no scenario")
    empty.run(watched.load())
    assert titles(empty) == ["Approval"]
    reported = [record.file for record in caplog.records if record.name == "callboard.scenarios"]
    assert reported == ["a.yaml", "b.yaml", "c.json"]


def test_what_did_not_change_is_not_read_again(empty, watched, folder):
    empty.run(watched.load())
    stamp = (folder / "approval.yaml").stat()
    (folder / "approval.yaml").write_text(APPROVAL.replace("Approval", "Disproof"))
    os.utime(folder / "approval.yaml", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    empty.run(watched.load())
    assert titles(empty) == ["Approval"]


def test_a_folder_that_is_gone_for_a_moment_disables_nothing(empty, watched, folder):
    empty.run(watched.load())
    folder.rename(folder.with_name("elsewhere"))
    empty.run(watched.load())
    assert titles(empty) == ["Approval"]


def test_a_schema_is_known_by_its_path_or_its_id(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "order.yaml").write_text("properties: {total: number}")
    (tmp_path / "mail.json").write_text('{"$id": "https://example.com/mail", "type": "object"}')
    schemas = load_schemas(tmp_path)
    assert set(schemas) == {"schema:sub/order", "https://example.com/mail"}
    assert schemas["schema:sub/order"]["properties"] == {"total": {"type": "number"}}
    assert load_schemas(tmp_path / "nothing") == {}


@pytest.mark.parametrize("text", ["a: [", "a: {required: 5"])
def test_a_schema_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(SchemaFolderError, match=r"a\.yaml"):
        load_schemas(tmp_path)


def test_two_schemas_of_one_name_are_refused(tmp_path):
    for name in ("a.yaml", "a.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(SchemaFolderError, match="already"):
        load_schemas(tmp_path)
