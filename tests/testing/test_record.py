"""A recorded feature plays the same run again."""

from pathlib import Path

from callboard import compile, instantiate, load, normalize, step, timeout
from callboard.testing import ScenarioFolder, record, run_features

SCENARIO = """
title: Ticket
actors: {customer: {}, agent: {}}
vars: {text: string}
actions:
  open: {actor: customer, response: {type: string}, update: vars.text}
  close: {actor: agent}
states:
  initial: {on: open, goto: opened}
  opened:
    transitions:
      - {on: close, by: agent, goto: (closed)}
      - {after: 90 minutes, goto: ~}
"""


def test_a_recorded_feature_plays_the_same_run(tmp_path: Path) -> None:
    compiled = compile(normalize(load(SCENARIO)))
    at = "2026-01-01T0{}:00:00.000Z".format
    outcome = instantiate(compiled, process_id="p", at=at(0), histories=True)
    text = 'He said """hm""".\nTwice.'
    for actor, action, response in (
        ("agent", "open", "no"),
        ("customer", "open", text),
    ):
        outcome = step(
            compiled, outcome.process, action=action, actor=actor, response=response, at=at(1)
        )
    late = timeout(compiled, outcome.process, elapsed=7200, at=at(3))
    assert late is not None
    outcome = step(compiled, late.process, action="close", actor="agent", at=at(4))
    (tmp_path / "ticket.yaml").write_text(SCENARIO, encoding="utf-8")
    feature = tmp_path / "run.feature"
    feature.write_text(record(outcome.process, "ticket"), encoding="utf-8")
    report = run_features([feature], ScenarioFolder(tmp_path, {}))
    assert [str(result.error) for result in report.failures] == []
    world = report.results[0].world
    assert world is not None
    replayed = world.process("main")
    assert replayed["vars"] == {"text": text}
    assert [e.get("action") for e in replayed["events"]] == [
        *(None, "open", "open", None, "close"),
    ]
