"""Each step of features: it holds where it should, and fails where it should."""

from pathlib import Path

import pytest

from callboard.testing import Report, ScenarioFolder, report_text, run_features

SCENARIO = """
title: Order of {{vars.item}}
actors:
  buyer: {title: Buyer, properties: {mail: string}}
  seller: {}
vars:
  item: string
  count: {type: integer, default: 1}
result: {additionalProperties: true}
actions:
  order:
    actor: buyer
    response: {properties: {item: !required string, count: integer}}
    update:
      - {set: vars.item, value: !ref current.response.item}
      - {set: vars.count, value: !ref current.response.count || `1`}
      - {set: current.actor.mail, value: b@example.com}
  ship: {actor: [seller, 'service:post'], update: {set: result, value: {shipped: true}}}
states:
  initial:
    title: !tpl "  Order {{vars.count}}  "
    on: order
    goto: ordered
  ordered:
    instructions: {seller: !tpl 'Ship {{vars.item}}. '}
    notify: {service: post, message: {text: !ref vars.item}}
    transitions:
      - {on: ship, goto: (done)}
      - {after: 2 hours, goto: ~, log: {title: Reminder}}
      - {after: 1 day, goto: (late)}
  (late): {tag: overdue}
"""

BEFORE = """
Feature: F
  Scenario: S
    Given the process is created from the "order" scenario
    And "Bo" is the "buyer" actor
    And "Sally" is the "seller" actor with:
      | mail | s@example.com |
"""


def play(folder: Path, steps: str) -> Report:
    (folder / "order.yaml").write_text(SCENARIO, encoding="utf-8")
    feature = folder / "f.feature"
    lines = "\n".join(f"    {line}" for line in steps.strip().split("\n"))
    feature.write_text(BEFORE + lines + "\n", encoding="utf-8")
    return run_features([feature], ScenarioFolder(folder, {}))


ORDERED = """When "Bo" does "order" with:
  | item | desk |
"""

HOLDS = (
    'Then the process is in "ordered"',
    'Then the process is in "ordered".',
    "Then the process has not ended",
    'Then the process has not ended in "done"',
    "When 2 hours pass\nThen the last event is a timeout",
    'When 1 day passes\nThen the process ended in "late"\nAnd the process has tag "overdue"',
    'When 20 hours pass\nAnd 4 hours pass for the "main" process\nThen the process has ended',
    'Then the process doesn\'t have the tag "overdue"',
    'Then actor "seller" has instructions "Ship desk."',
    'Then actor "seller" has the instructions:\n  """\n  Ship {{vars.item}}.\n  """'.replace(
        "{{vars.item}}", "desk"
    ),
    'Then the process has actor "buyer"',
    'Then actor "buyer" has "mail" is "b@example.com"',
    'Then variable "count" is 1',
    'Then variable "item" in the "main" process is "desk"',
    'Then variable "item" is:\n  """yaml\n  !ref vars.item\n  """',
    'Then the state key is "ordered"',
    'Then the state title is "{{current.key}}"',
    'Then service "post" is notified',
    'Then the service "post" is notified with:\n  | text | desk |',
    'Then service "mail" is not notified',
    "Then nothing is skipped",
    "Then the last event is not skipped",
    'When "Bo" does "ship"\nThen the last event is skipped with "actor-not-allowed"',
    'When "Bo" does "ship"\nThen the last event is skipped with:\n  | actor-not-allowed |',
    'When the "post" service does "ship"\nThen the process ended with:\n  | shipped | true |',
    'When "Sally" does "ship"\nThen the process result is:\n  | shipped | true |',
)

FAILS = (
    'Then the process is in "initial"',
    "Then the process has ended",
    'When "Sally" does "ship"\nThen the process has not ended in "done"',
    'Then the process has tag "overdue"',
    'Then actor "seller" has instructions "Keep desk."',
    'Then the process has actor "thief"',
    'Then actor "buyer" has "mail" is "x@example.com"',
    'Then variable "count" is 2',
    'Then the state key is "initial"',
    'Then service "mail" is notified',
    'Then service "post" is not notified',
    'Then service "post" is notified with:\n  | text | lamp |',
    "Then the last event is skipped",
    'When "Bo" does "ship"\nThen the last event is not skipped',
    'When "Bo" does "ship"\nThen nothing is skipped',
    'When "Bo" does "ship"\nThen the last event is skipped with "action-condition"',
    "Then the last event is a timeout",
    'When "Sally" does "ship"\nThen the process result is 5',
    'When "Nobody" does "ship"',
    'Then the process is in "ordered" now',
    'Then the "other" process is in "ordered"',
)


@pytest.mark.parametrize("steps", HOLDS)
def test_step_holds(tmp_path: Path, steps: str) -> None:
    report = play(tmp_path, ORDERED + steps)
    assert [str(result.error) for result in report.failures] == []


@pytest.mark.parametrize("steps", FAILS)
def test_step_fails(tmp_path: Path, steps: str) -> None:
    report = play(tmp_path, ORDERED + steps)
    assert len(report.failures) == 1
    failed = report.failures[0]
    assert failed.step is not None
    assert failed.step.text in steps.rpartition("\n")[2] + steps


def test_a_failure_shows_what_was_expected_and_what_may_be_done(tmp_path: Path) -> None:
    text = report_text(play(tmp_path, ORDERED + 'Then variable "item" is "lamp"'))
    assert "-lamp" in text
    assert "+desk" in text
    assert "state: ordered" in text
    assert "seller may: ship" in text


def test_a_reminder_comes_once_and_the_later_time_out_still_does(tmp_path: Path) -> None:
    steps = ORDERED + 'When 3 days pass\nThen the process ended in "late"'
    report = play(tmp_path, steps)
    assert report.failures == []
    world = report.results[0].world
    assert world is not None
    process = world.process("main")
    assert [entry["title"] for entry in process["previous"]] == ["order", "Reminder"]
    assert len(process["events"]) == 4


def test_coverage_names_what_was_missed(tmp_path: Path) -> None:
    text = report_text(play(tmp_path, ORDERED))
    assert "missed transition ordered -> (done) (on ship)" in text
    assert "missed state (late)" in text


def test_a_file_that_is_no_feature_says_where(tmp_path: Path) -> None:
    feature = tmp_path / "bad.feature"
    feature.write_text("Feature: F\n  Scenario: S\n    Given x\n    Gibberish\n", encoding="utf-8")
    with pytest.raises(Exception, match="line 4"):
        run_features([feature], ScenarioFolder(tmp_path, {}))
