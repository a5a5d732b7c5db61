"""Drawing: DOT text to SVG, by a self-contained Graphviz in a process of its own.

The picture is bounded in time and size, says what it shows (title and description), and cannot
carry script: what comes back is parsed, and everything but plain shapes and texts is left out.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from callboard.core.scenario.diagram import NODE_LIMIT, Graph, dot
from callboard.errors import InvalidError, UnavailableError

_log = logging.getLogger(__name__)

SECONDS = 10.0
BYTES = 8_000_000
EDGE_LIMIT = 1_500

_SVG = "http://www.w3.org/2000/svg"
_SHAPES = frozenset(("svg", "g", "title", "path", "polygon", "ellipse", "polyline", "text"))
_ATTRIBUTES = frozenset(
    (
        "class",
        "cx",
        "cy",
        "d",
        "fill",
        "font-family",
        "font-size",
        "font-weight",
        "height",
        "id",
        "points",
        "rx",
        "ry",
        "stroke",
        "stroke-dasharray",
        "stroke-width",
        "text-anchor",
        "transform",
        "viewBox",
        "width",
        "x",
        "y",
    )
)


def svg(graph: Graph) -> str:
    """The graph as a standalone SVG document.

    Raises InvalidError when it is too large to draw, or takes too long, which the next try will
    not mend; UnavailableError when the drawing program is not installed, or fails. Mermaid text is
    then the way out.
    """
    check_size(graph)
    return _clean(_run(dot(graph)), graph)


def check_size(graph: Graph) -> None:
    """Raise InvalidError for a graph that is not even tried, because it is too large."""
    if len(graph.nodes) > NODE_LIMIT or len(graph.edges) > EDGE_LIMIT:
        raise _too_large(
            f"The scenario has {len(graph.nodes)} states and {len(graph.edges)} transitions;"
            f" at most {NODE_LIMIT} and {EDGE_LIMIT} are drawn."
        )


def _too_large(why: str) -> InvalidError:
    return InvalidError(f"{why} Ask for Mermaid text instead.", code="drawing")


def _run(text: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (our own program)
            [_program(), "-Tsvg"],
            input=text.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise _too_large(f"The diagram takes more than {SECONDS:.0f} seconds to draw.") from None
    except (OSError, subprocess.SubprocessError) as error:
        # What it says is about this machine: for operators, not for whoever asks.
        _log.error("the drawing program failed", exc_info=error)
        raise UnavailableError(
            "The diagram cannot be drawn: the drawing program failed."
        ) from error
    if len(done.stdout) > BYTES:
        raise _too_large(f"The diagram is larger than {BYTES} bytes.")
    return done.stdout.decode()


def _program() -> str:
    beside = Path(sys.executable).parent / "graphviz-pure"
    found = str(beside) if beside.is_file() else shutil.which("graphviz-pure")
    if found is None:
        raise UnavailableError("The drawing program graphviz-pure is not installed.")
    return found


def _clean(text: str, graph: Graph) -> str:
    """The picture with only shapes and texts, a title and a description."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(text)  # noqa: S314 (we drew it)
    _strip(root)
    title, description = ET.Element(f"{{{_SVG}}}title"), ET.Element(f"{{{_SVG}}}desc")
    title.text, title.attrib["id"] = graph.title or "Scenario", "title"
    description.text, description.attrib["id"] = graph.describe(), "desc"
    root.insert(0, title)
    root.insert(1, description)
    root.attrib |= {"role": "img", "aria-labelledby": "title desc"}
    return ET.tostring(root, encoding="unicode") + "\n"


def _strip(element: ET.Element) -> None:
    """Remove what is no shape, and the hover titles of nodes, which are internal names."""
    for name in list(element.attrib):
        if name not in _ATTRIBUTES:
            del element.attrib[name]
    for child in list(element):
        tag = child.tag.removeprefix(f"{{{_SVG}}}") if isinstance(child.tag, str) else ""
        if tag not in _SHAPES or tag == "title":
            if tag == "a":
                _strip(child)
                element.extend(list(child))
            element.remove(child)
        else:
            _strip(child)
