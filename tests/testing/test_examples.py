"""The shipped features play the shipped examples, every transition of them."""

from importlib.resources import as_file, files

from callboard.testing import ScenarioFolder, run_features
from callboard.testing.report import missed


def test_features_take_every_transition_of_the_examples() -> None:
    with as_file(files("callboard.examples")) as folder:
        paths = sorted((folder / "features").glob("*.feature"))
        report = run_features(paths, ScenarioFolder(folder, {}))
        examples = {path.stem for path in folder.glob("*.yaml")}
    assert [str(result.error) for result in report.failures] == []
    assert {item.name for item in report.coverage.scenarios.values()} == examples
    assert [line for item in report.coverage.scenarios.values() for line in missed(item)] == []
