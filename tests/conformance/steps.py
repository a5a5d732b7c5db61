"""Running the steps of a vector against the core, and comparing as the vectors' README says."""

from callboard.core.process import Outcome, instantiate, message, step, timeout, trigger
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.values import ABSENT, equal


def compiled(scenario: dict) -> Scenario:
    return compile_scenario(normalize(scenario))


def started(scenario: Scenario, case: dict) -> Outcome:
    return instantiate(
        scenario,
        process_id=case["process_id"],
        at=case["start_at"],
        actors=case.get("actors"),
        histories=True,
    )


def run_step(scenario: Scenario, process: dict, given: dict) -> Outcome | None:
    """The outcome of a `step` or `timeout`; None when no time-out was due."""
    if given["op"] == "timeout":
        return timeout(scenario, process, elapsed=given["elapsed"], at=given["at"])
    return step(
        scenario,
        process,
        action=given["action"],
        actor=given["actor"],
        response=given.get("response", ABSENT),
        at=given["at"],
    )


def ask(scenario: Scenario, process: dict, given: dict) -> object:
    """The answer to a `message` or `trigger`."""
    if given["op"] == "message":
        return message(process, given["service"])
    return trigger(scenario, process, given["service"], given["response"])


def assert_process(actual: dict, expected: dict, errors: dict[int, list]) -> None:
    """Equal but for what the texts of errors change: `errors` are the reasons by event index."""
    assert len(actual["events"]) == len(expected["events"])
    for index, (event, wanted) in enumerate(zip(actual["events"], expected["events"], strict=True)):
        assert_event(event, wanted, errors.get(index, []))
    for key in expected:
        if key != "events":
            assert equal(actual[key], expected[key]), (key, actual[key], expected[key])
    assert actual.keys() == expected.keys()


def assert_event(event: dict, wanted: dict, errors: list) -> None:
    shown = {key: value for key, value in event.items() if key in wanted or key not in _COVERED}
    if "errors" in wanted:
        assert_errors([error.as_json() for error in errors], wanted["errors"])
        shown["errors"] = wanted["errors"]
    assert equal(shown, wanted), (shown, wanted)


_COVERED = ("hash", "previous")


def assert_errors(actual: list[dict], wanted: list[dict]) -> None:
    """The same codes in any order; errors of a schema as a set of place and keyword."""
    assert {e["code"] for e in actual} == {e["code"] for e in wanted}, (actual, wanted)
    for error in wanted:
        assert any(_means(candidate, error) for candidate in actual), (actual, error)


def _means(candidate: dict, wanted: dict) -> bool:
    if candidate["code"] != wanted["code"]:
        return False
    if wanted["code"] == "response-invalid":
        place = (wanted["instancePath"], wanted["keyword"])
        return (candidate.get("pointer"), candidate.get("keyword")) == place
    for key in ("what", "key", "missing", "role"):
        if bool(wanted.get(key)) and not candidate.get(key):
            return False
    if wanted.get("key") != candidate.get("key") or wanted.get("what") != candidate.get("what"):
        return False
    return _places(wanted) <= _places(candidate)


def _places(error: dict) -> set:
    return {(e["instancePath"], e["keyword"]) for e in error.get("errors", [])}
