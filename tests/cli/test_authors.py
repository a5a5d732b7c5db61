"""The authors' commands, as they are typed."""

import json
from pathlib import Path

import pytest

from callboard import compile, instantiate, load, normalize, step
from callboard.core.scenario.lint import RULES
from tests.cli.running import callboard

PROCESS_ID = "8820da7e-01df-54f8-bcfa-65c98238f1da"
SCENARIO = """# A comment that stays.
title: Leave
actors: {employee: {}, manager: {}}
actions: {ask: {response: {type: string}, update: vars.text}}
vars: {text: string}
states:
  initial: {on: ask, by: employee, goto: asked}
  asked:
    transitions:
      - {on: approve, by: manager, goto: (approved)}
      - {after: 2 days, goto: (expired)}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "leave.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


@pytest.fixture
def process(tmp_path: Path) -> str:
    compiled = compile(normalize(load(SCENARIO)))
    outcome = instantiate(
        compiled,
        process_id="8820da7e-01df-54f8-bcfa-65c98238f1da",
        at="2026-01-01T00:00:00.000Z",
        histories=True,
    )
    outcome = step(
        compiled,
        outcome.process,
        action="ask",
        actor="employee",
        response="please",
        at="2026-01-01T00:01:00.000Z",
    )
    path = tmp_path / "process.json"
    path.write_text(json.dumps(outcome.process), encoding="utf-8")
    return str(path)


def changed(path: str, old: str, new: str) -> str:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_lint_is_clean_and_then_is_not(scenario: str) -> None:
    assert callboard("lint", scenario).exit_code == 0
    result = callboard("lint", changed(scenario, "by: manager", "by: boss"))
    assert result.exit_code == 1
    assert "unknown-actor" in result.stdout
    assert f"{scenario}:10:" in result.stdout


@pytest.mark.parametrize("output", ["json", "github", "sarif"])
def test_lint_speaks_to_programs(scenario: str, output: str) -> None:
    changed(scenario, "by: manager", "by: boss")
    result = callboard("lint", scenario, "--format", output, "--select", "unknown-actor")
    assert result.exit_code == 1
    if output == "github":
        assert result.stdout.startswith(f"::warning file={scenario},line=10,")
        return
    report = json.loads(result.stdout)
    if output == "json":
        assert [item["code"] for item in report[0]["findings"]] == ["unknown-actor"]
    else:
        run = report["runs"][0]
        assert [item["ruleId"] for item in run["results"]] == ["unknown-actor"]
        assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} >= set(RULES)


def test_lint_knows_its_rules(scenario: str) -> None:
    result = callboard("lint", scenario, "--ignore", "nonsense")
    assert result.exit_code == 2
    assert "unreachable-state" in result.stderr


def test_verify_holds_until_something_is_changed(scenario: str, process: str) -> None:
    assert callboard("verify", process, "--scenario", scenario).exit_code == 0
    document = json.loads(Path(process).read_text(encoding="utf-8"))
    document["vars"]["text"] = "forged"
    Path(process).write_text(json.dumps(document), encoding="utf-8")
    assert callboard("verify", process).exit_code == 0
    replayed = callboard("verify", process, "--scenario", scenario)
    assert replayed.exit_code == 1
    assert "vars differ" in replayed.stdout
    document["events"][1]["response"] = "forged"
    Path(process).write_text(json.dumps(document), encoding="utf-8")
    result = callboard("verify", process)
    assert result.exit_code == 1
    assert "event 1: hash-mismatch" in result.stdout


def test_record_prints_a_feature(process: str) -> None:
    result = callboard("record", process, "--scenario", "leave")
    assert result.exit_code == 0
    assert 'And "employee" does "ask" with:' in result.stdout


def test_diagram_marks_the_path(scenario: str, process: str) -> None:
    result = callboard("diagram", scenario, "--process", process)
    assert result.exit_code == 0
    assert "class s1 current" in result.stdout
    drawn = callboard("diagram", scenario, "--format", "svg")
    assert drawn.stdout.startswith("<svg")
    assert "digraph" in callboard("diagram", scenario, "--format", "dot").stdout


def test_explore_says_what_it_found(scenario: str) -> None:
    assert callboard("explore", scenario).exit_code == 0
    changed(scenario, "by: manager", "by: boss")
    changed(scenario, "      - {after: 2 days, goto: (expired)}\n", "")
    result = callboard("explore", scenario, "--format", "json")
    assert result.exit_code == 1
    codes = {item["code"] for item in json.loads(result.stdout)["findings"]}
    assert {"dead-end", "state-not-met"} <= codes


def test_diff_and_normalize(scenario: str, tmp_path: Path) -> None:
    same = callboard("diff", scenario, scenario)
    assert (same.exit_code, same.stdout) == (0, "no difference\n")
    other = tmp_path / "other.yaml"
    other.write_text(SCENARIO.replace("2 days", "3 days"), encoding="utf-8")
    result = callboard("diff", scenario, str(other))
    assert result.exit_code == 1
    assert "+ transition asked: after 3 days -> (expired)" in result.stdout
    normalized = load(callboard("normalize", scenario).stdout)
    assert isinstance(normalized, dict)
    assert normalized == normalize(load(SCENARIO))
    identity = callboard("normalize", scenario, "--id").stdout.strip()
    assert len(identity) == 36


def test_format_keeps_comments_and_meaning(scenario: str) -> None:
    result = callboard("format", scenario)
    assert result.exit_code == 0
    assert result.stdout.startswith("# A comment that stays.")
    assert load(result.stdout) == load(SCENARIO)
    as_json = callboard("format", scenario, "--to", "json").stdout
    assert json.loads(as_json) == load(SCENARIO)
    assert callboard("format", scenario, "--write").exit_code == 0
    assert callboard("format", scenario, "--check").exit_code == 0


def test_test_runs_features(scenario: str, tmp_path: Path) -> None:
    feature = tmp_path / "leave.feature"
    feature.write_text(
        "Feature: Leave\n  Scenario: Asked\n"
        '    Given the process is created from the "leave" scenario\n'
        '    And "E" is the "employee" actor\n'
        '    When "E" does "ask" with "please"\n'
        '    Then the process is in "asked"\n',
        encoding="utf-8",
    )
    result = callboard("test", str(feature), "--scenarios", str(tmp_path))
    assert result.exit_code == 0
    assert "1 passed, 0 failed" in result.stdout
    poor = callboard("test", str(feature), "--scenarios", str(tmp_path), "--coverage-min", "90")
    assert poor.exit_code == 1


def test_sub_schemas_come_from_a_folder(scenario: str, tmp_path: Path) -> None:
    changed(
        scenario, "{on: ask, by: employee, goto: asked}", "{schema: form, on: ask, goto: asked}"
    )
    unknown = callboard("validate", scenario)
    assert unknown.exit_code == 1
    assert "form" in unknown.stdout
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "form.yaml").write_text("{type: object, additionalProperties: true}", "utf-8")
    assert callboard("validate", scenario, "--schemas", str(folder)).exit_code == 0
    assert callboard("lint", scenario, "--schemas", str(folder)).exit_code == 0
