"""What lint found, as people and programs read it: text, JSON, workflow commands, SARIF.

A place in the text is left out where there is none (a file that cannot be read). Rules have a page
each in `docs/reference/lint`; outputs that can say so name it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

import click

from callboard.cli.counting import counted
from callboard.cli.sources import Source
from callboard.core.scenario.lint import RULES, Finding

Output: TypeAlias = Literal["text", "json", "github", "sarif"]
Results: TypeAlias = "list[tuple[Source, list[Finding]]]"

PAGES: Final = "docs/reference/lint"
_GITHUB: Final = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF: Final = {"error": "error", "warning": "warning", "info": "note"}
_SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_INVALID: Final = "The scenario is not valid, or cannot be read; lint looks only at valid ones."


def printed(results: Results, output: Output) -> str:
    """The results in one of the forms, ending with a line break where there is anything."""
    return _PRINT[output](results)


def _text(results: Results) -> str:
    lines = []
    for source, found in results:
        for item in found:
            code = click.style(item.code, bold=True)
            at = f" [{item.pointer}]" if item.pointer else ""
            said = f"{item.message} {item.hint}".rstrip()
            lines.append(f"{source.name}:{_place(item)} {item.severity} {code}{at}: {said}")
        lines.append(f"{source.name}: {counted(len(found), 'finding') if found else 'no findings'}")
    return "\n".join(lines) + "\n"


def _place(item: Finding) -> str:
    """`line:column:`, as far as they are known."""
    return "".join(f"{number}:" for number in (item.line, item.column) if number is not None)


def _json(results: Results) -> str:
    report = [
        {
            "file": source.name,
            "findings": [
                {
                    "code": item.code,
                    "severity": item.severity,
                    "pointer": item.pointer,
                    "line": item.line,
                    "column": item.column,
                    "message": item.message,
                    "hint": item.hint,
                    "page": _page(item.code),
                }
                for item in found
            ],
        }
        for source, found in results
    ]
    return json.dumps(report, indent=2) + "\n"


def _page(code: str) -> str | None:
    return f"{PAGES}/{code}.md" if code in RULES else None


def _github(results: Results) -> str:
    """Workflow commands, which show at the lines of a pull request."""
    return "".join(_github_line(source, item) for source, found in results for item in found)


def _github_line(source: Source, item: Finding) -> str:
    properties = {"file": source.name, "line": item.line, "col": item.column, "title": item.code}
    listed = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    message = _data(f"{item.message} {item.hint}".rstrip())
    return f"::{_GITHUB[item.severity]} {listed}::{message}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(results: Results) -> str:
    """SARIF 2.1.0, for code scanning."""
    from importlib.metadata import version  # takes as long as lint itself

    invalid = {item.code for _, found in results for item in found} - set(RULES)
    driver = {
        "name": "callboard lint",
        "semanticVersion": version("callboard"),
        "rules": [_sarif_rule(code) for code in (*RULES, *sorted(invalid))],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(source, item) for source, found in results for item in found],
    }
    document = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _sarif_rule(code: str) -> dict[str, object]:
    rule = RULES.get(code)
    summary = _INVALID if rule is None else rule.summary
    help_text = summary if rule is None else f"{summary} See {_page(code)}."
    level = "error" if rule is None else _SARIF[rule.severity]
    return {
        "id": code,
        "shortDescription": {"text": summary},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": level},
    }


def _sarif_result(source: Source, item: Finding) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": _uri(source.name)}}
    if item.line is not None:
        physical["region"] = {"startLine": item.line, "startColumn": item.column or 1}
    return {
        "ruleId": item.code,
        "level": _SARIF[item.severity],
        "message": {"text": f"{item.message} {item.hint}".rstrip()},
        "locations": [
            {
                "physicalLocation": physical,
                "logicalLocations": [{"fullyQualifiedName": item.pointer, "kind": "value"}],
            }
        ],
    }


def _uri(name: str) -> str:
    """A file's name as a URI: relative as it was given, or `file:///…`."""
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


_PRINT: Final[Mapping[Output, Callable[[Results], str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
