"""Feature files, read by the official Gherkin parser into plain records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler, GherkinDocumentWithURI

from callboard.core.scenario.forms.source import decoded
from callboard.errors import TextError
from callboard.testing.values import Argument


@dataclass(frozen=True, slots=True)
class FeatureStep:
    """One step: its keyword and text as written, its line, and what stands below it."""

    keyword: str
    text: str
    line: int
    argument: Argument | None


@dataclass(frozen=True, slots=True)
class Example:
    """One scenario of a feature (each row of an outline is one), with the background's steps."""

    feature: str
    name: str
    line: int
    tags: tuple[str, ...]
    steps: tuple[FeatureStep, ...]


def read_feature_file(path: Path) -> list[Example]:
    """The examples of a feature file. Raises TextError when it is none, or has no examples."""
    try:
        text = decoded(path.read_bytes())
    except TextError as error:
        raise TextError(f"{path}: {error.text}", line=error.line, column=error.column) from error
    examples = read_feature(text, str(path))
    if not examples:
        raise TextError(f"{path}: there is no `Scenario:` in it, or none with steps.")
    return examples


def read_feature(text: str, path: str) -> list[Example]:
    """The examples of a feature's text. Raises TextError with line and column."""
    try:
        document = Parser().parse(text)
    except CompositeParserException as error:
        raise _text_error(path, error.errors[0]) from error
    except ParserException as error:
        raise _text_error(path, error) from error
    feature = cast("dict[str, Any]", document).get("feature")
    if feature is None:
        return []
    lines = {step["id"]: step for step in _steps(feature)}
    pickles = Compiler().compile(cast("GherkinDocumentWithURI", {**document, "uri": path}))
    return [_example(feature["name"], cast("dict[str, Any]", pickle), lines) for pickle in pickles]


def _text_error(path: str, error: ParserException) -> TextError:
    line, column = error.location["line"], error.location.get("column", 1)
    return TextError(f"{path}: {str(error).split(': ', 1)[-1]}", line=line, column=column)


def _steps(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a feature's tree."""
    for child in node.get("children", ()):
        for part in child.values():
            yield from part.get("steps", ())
            yield from _steps(part)


def _example(feature: str, pickle: dict[str, Any], lines: dict[str, dict[str, Any]]) -> Example:
    steps = []
    for step in pickle["steps"]:
        source = lines[step["astNodeIds"][0]]
        steps.append(
            FeatureStep(
                keyword=source["keyword"].strip(),
                text=step["text"],
                line=source["location"]["line"],
                argument=_argument(step.get("argument")),
            )
        )
    return Example(
        feature=feature,
        name=pickle["name"],
        line=pickle["location"]["line"],
        tags=tuple(tag["name"] for tag in pickle["tags"]),
        steps=tuple(steps),
    )


def _argument(argument: dict[str, Any] | None) -> Argument | None:
    if not argument:
        return None
    if "dataTable" in argument:
        rows = tuple(
            tuple(cell["value"] for cell in row["cells"]) for row in argument["dataTable"]["rows"]
        )
        return Argument("table", rows=rows)
    docstring = argument["docString"]
    return Argument(
        "docstring",
        text=docstring.get("content") or "",
        media_type=docstring.get("mediaType") or "",
    )
