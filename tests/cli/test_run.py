"""`callboard run`: lines in, a played process out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.running import callboard

LEAVE = """\
title: Leave request
actors: {employee: {}, manager: {title: The boss}}
vars:
  days: integer
actions:
  ask:
    title: Ask
    actor: employee
    response:
      properties:
        days: !required { title: Days, type: integer, minimum: 1, maximum: 30 }
        half: { type: boolean }
        kind: { enum: [holiday, sick], default: holiday }
        with: { type: array, items: string }
    update: { set: vars.days, value: !ref current.response.days }
  approve: { title: Approve, actor: manager }
states:
  initial:
    { title: Wish, on: ask, by: employee, goto: asked, instructions: { employee: Ask early } }
  asked:
    title: Asked
    transitions:
      - { on: approve, by: manager, goto: (approved) }
      - { after: 2 days, goto: (forgotten), log: { title: Forgotten } }
"""


@pytest.fixture
def leave(tmp_path: Path) -> str:
    path = tmp_path / "leave.yaml"
    path.write_text(LEAVE)
    return str(path)


def run(file: str, *lines: str, options: tuple[str, ...] = ()) -> Result:
    stdin = "".join(f"{line}\n" for line in lines)
    return callboard("run", file, "--clock", "2026-01-05T09:00", *options, stdin=stdin)


def test_it_shows_the_state_and_what_can_be_done(leave: str) -> None:
    result = run(leave)
    assert result.exit_code == 0
    assert "── Wish ─" in result.stdout
    assert "Employee: Ask early" in result.stdout or "employee: Ask early" in result.stdout
    assert "1  Ask · employee (employee)" in result.stdout


def test_a_response_is_asked_for_property_by_property(leave: str, tmp_path: Path) -> None:
    saved = tmp_path / "process.json"
    lines = ("1", "3", "", "sick", "y", "Kim", "n", "approve")
    result = run(leave, *lines, options=("--save", str(saved)))
    assert result.exit_code == 0, result.output
    assert "The process has ended." in result.stdout
    events = json.loads(saved.read_text())["events"]
    assert events[1]["response"] == {"days": 3, "kind": "sick", "with": ["Kim"]}


def test_an_answer_that_does_not_fit_is_asked_for_again(leave: str) -> None:
    result = run(leave, "ask", "many", "99", "", "3", "", "", "", "data")
    assert "'many' is no number" in result.stdout
    assert "This one is needed." in result.stdout
    assert "days: 3" in result.stdout
    assert result.exit_code == 0


def test_a_response_in_one_line(leave: str) -> None:
    result = run(leave, "ask as employee {days: 2}", "history", "approve as manager")
    assert result.exit_code == 0
    assert result.stdout.count("2026-01-05 09:00  Ask · employee") == 2
    assert "2026-01-05 09:00  Approve · The boss" in result.stdout


def test_time_passes_only_when_it_is_let(leave: str) -> None:
    result = run(leave, "ask {days: 2}", "wait 1 day", "wait")
    assert result.exit_code == 0
    assert "A time-out comes in 2 days" in result.stdout
    assert "2026-01-07 09:00  Forgotten" in result.stdout
    assert "The process has ended." in result.stdout


def test_a_refused_step_says_why_and_ends_a_script(leave: str) -> None:
    result = run(leave, "ask as manager {days: 99}", "ask {days: 2}")
    assert result.exit_code == 1
    assert "✗ /days: " in result.stdout
    assert "Asked" not in result.stdout


@pytest.mark.parametrize("line", ["dance", "7", "approve", "wait", "wait long", "ask {days: "])
def test_a_line_that_does_not_work_ends_a_script(leave: str, line: str) -> None:
    result = run(leave, line, "quit")
    assert result.exit_code == 1
    assert "✗ " in result.stdout


def test_lines_that_end_within_a_response_fail(leave: str) -> None:
    result = run(leave, "ask", "3")
    assert result.exit_code == 1
    assert "The lines end within the response to 'ask'." in result.stdout


def test_quit_is_clean(leave: str) -> None:
    assert run(leave, "quit", "nonsense").exit_code == 0


def test_help_data_and_history(leave: str) -> None:
    result = run(leave, "help", "# a comment", "data", "history", "show", "")
    assert result.exit_code == 0
    assert "wait [TIME]" in result.stdout
    assert "title: The boss" in result.stdout
    assert "Nothing has happened yet." in result.stdout


def test_a_script_from_a_file(leave: str, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("# all is well\nask {days: 2}\napprove\n")
    result = callboard("run", leave, "--script", str(script))
    assert result.exit_code == 0
    assert "> approve" in result.stdout


def test_a_scenario_that_is_not_valid_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("states: {initial: {on: go, goto: nowhere}}\n")
    result = callboard("run", str(path))
    assert result.exit_code == 1
    assert f"{path}:1:" in result.stderr


def test_the_scenario_and_the_lines_cannot_both_be_standard_input() -> None:
    result = callboard("run", "-", stdin="states: {initial: {on: go, goto: (end)}}\n")
    assert result.exit_code == 2


def test_the_same_run_gives_the_same_events(leave: str, tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    for path in (one, two):
        run(leave, "ask {days: 2}", "approve", options=("--save", str(path)))
    assert one.read_bytes() == two.read_bytes()
