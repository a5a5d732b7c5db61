"""A scenario as a picture: a graph of its states, and that graph as Mermaid or DOT text.

`graph` reads a normalised scenario; `mermaid` and `dot` write it down. Nothing here draws: DOT is
what the drawing adapter turns into SVG. Titles come from strangers, so every text is escaped for
the form it goes into, cut to a length, and can never be markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Literal, TypeAlias, cast

from callboard.core.values import Json, JsonObject

EdgeKind: TypeAlias = Literal["action", "timeout", "automatic"]

LABEL_LENGTH = 48
CONDITION_LENGTH = 32
NODE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Node:
    """A state. `visits` counts how often a given process was in it."""

    key: str
    title: str
    is_end: bool
    is_current: bool = False
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from a state to another, or to itself: what happens, who does it, and if what."""

    source: str
    target: str
    kind: EdgeKind
    label: str
    who: str = ""
    condition: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """The states of a scenario and the ways between them."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def describe(self) -> str:
        """The picture in words, for whoever cannot see it."""
        lines = [f"{node.title}: {_ways(self, node)}" for node in self.nodes]
        return "\n".join(lines)


def graph(scenario: JsonObject, *, current: str | None = None, path: Sequence[str] = ()) -> Graph:
    """The graph of a normalised scenario.

    With a process: `current` is the key of its state, `path` the states it was in, in order.
    """
    states = cast("dict[str, JsonObject]", scenario["states"])
    taken = set(pairwise(path))
    nodes = tuple(
        Node(
            key=key,
            title=_text(state.get("title")) or key.strip("()"),
            is_end="transitions" not in state,
            is_current=key == current,
            visits=path.count(key),
        )
        for key, state in states.items()
    )
    edges = tuple(
        edge
        for key, state in states.items()
        for edge in _edges(scenario, key, state, taken)
        if edge.target in states
    )
    return Graph(_text(scenario.get("title")), nodes, edges)


def _edges(
    scenario: JsonObject, key: str, state: JsonObject, taken: set[tuple[str, str]]
) -> Iterable[Edge]:
    for transition in cast("list[JsonObject]", state.get("transitions") or []):
        goto = transition.get("goto")
        target = key if goto is None else cast("str", goto)
        kind, label, who = _wording(scenario, key, transition)
        condition = _condition(transition.get("if"))
        if kind == "automatic":
            label, condition = condition or "at once", ""
        yield Edge(key, target, kind, label, who, condition, (key, target) in taken)


def _wording(scenario: JsonObject, state: str, transition: JsonObject) -> tuple[EdgeKind, str, str]:
    """What an edge is, and says: the action and its actors, or the time."""
    if "after" in transition:
        return "timeout", f"after {_duration(cast('int', transition['after']))}", ""
    if transition.get("on") is None:
        return "automatic", "", ""
    key = cast("str", transition["on"])
    actions = cast("dict[str, JsonObject]", scenario["actions"])
    action = actions.get(f"{state}.{key}") or actions.get(key) or {}
    label = _text(action.get("title")) or key
    return "action", label, _actors(scenario, action, transition)


def _condition(guard: Json) -> str:
    """What a transition depends on: its expression, as far as it is short."""
    if guard is True:
        return ""
    source = guard.get("<ref>") if isinstance(guard, dict) else None
    return f"if {_text(source, CONDITION_LENGTH) or '…'}"


def _actors(scenario: JsonObject, action: JsonObject, transition: JsonObject) -> str:
    """Who may take a transition: `by`, or where that is anybody, whom the action admits."""
    names = cast("list[str]", transition.get("by") or ["*"])
    if "*" in names:
        listed = action.get("actor")
        names = (
            [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
        )
    actors = cast("dict[str, JsonObject]", scenario["actors"])
    if "*" in names or (len(actors) > 1 and actors.keys() <= set(names)):
        return "anybody"
    return ", ".join(_text(actors.get(name, {}).get("title")) or name for name in names)


def _duration(seconds: int) -> str:
    for size, unit in ((604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} s"


def _text(value: Json, length: int = LABEL_LENGTH) -> str:
    """A plain text of a scenario, on one line and cut; nothing for one that is computed."""
    if not isinstance(value, str):
        return ""
    line = " ".join("".join(char if char.isprintable() else " " for char in value).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _ways(drawing: Graph, node: Node) -> str:
    if node.is_end:
        return "an end"
    titles = {other.key: other.title for other in drawing.nodes}
    ways = [
        f"{edge.label}{_aside(edge)} leads to {titles[edge.target]}"
        for edge in drawing.edges
        if edge.source == node.key
    ]
    return "; ".join(ways) + ("; the process is here" if node.is_current else "")


def _aside(edge: Edge) -> str:
    more = ", ".join(filter(None, (edge.who, edge.condition)))
    return f" ({more})" if more else ""


def mermaid(drawing: Graph) -> str:
    """The graph as a Mermaid state diagram."""
    names = {node.key: f"s{index}" for index, node in enumerate(drawing.nodes)}
    lines = ["stateDiagram-v2"]
    lines += [
        f'    state "{_mermaid_text(node.title)}" as {names[node.key]}' for node in drawing.nodes
    ]
    if "initial" in names:
        lines.append(f"    [*] --> {names['initial']}")
    for edge in drawing.edges:
        label = _mermaid_text(_label(edge, " / "))
        lines.append(f"    {names[edge.source]} --> {names[edge.target]} : {label}")
    lines += [f"    {names[node.key]} --> [*]" for node in drawing.nodes if node.is_end]
    visited = [names[n.key] for n in drawing.nodes if n.visits and not n.is_current]
    here = [names[node.key] for node in drawing.nodes if node.is_current]
    if visited:
        lines += ["    classDef visited stroke-width:2px,stroke:#1f6feb"]
        lines += [f"    class {','.join(visited)} visited"]
    if here:
        lines += ["    classDef current fill:#1f6feb,color:#ffffff"]
        lines += [f"    class {','.join(here)} current"]
    return "\n".join(lines) + "\n"


def _said(edge: Edge) -> tuple[str, ...]:
    return edge.label, edge.who, edge.condition


def _label(edge: Edge, separator: str) -> str:
    return separator.join(filter(None, _said(edge)))


def _mermaid_text(text: str) -> str:
    """Everything but plain characters as Mermaid's entity codes."""
    return "".join(
        char if char.isalnum() or char in " .,()/-_…!?" else f"#{ord(char)};" for char in text
    )


_FONT = 'fontname="DejaVu Sans"'
_GRAPH = f'rankdir=TB, nodesep=0.4, ranksep=0.5, pad=0.2, bgcolor="transparent", {_FONT}'
_NODE = (
    'shape=box, style="rounded,filled", fillcolor="#f6f8fa", color="#57606a", fontsize=12,'
    f' margin="0.18,0.10", fontcolor="#1f2328", {_FONT}'
)
_EDGE = f'color="#57606a", fontsize=10, fontcolor="#424a53", arrowsize=0.7, {_FONT}'


def dot(drawing: Graph) -> str:
    """The graph in the DOT language of Graphviz.

    What happens in a state and leaves it as it is stands inside its box: loops beside it would lie
    on each other.
    """
    names = {node.key: f"s{index}" for index, node in enumerate(drawing.nodes)}
    lines = ["digraph scenario {"]
    lines += [f"  graph [{_GRAPH}]", f"  node [{_NODE}]", f"  edge [{_EDGE}]"]
    if "initial" in names:
        lines.append('  start [shape=point, width=0.14, fillcolor="#57606a", label=""]')
        lines.append(f"  start -> {names['initial']}")
    staying: dict[str, list[Edge]] = {}
    leaving: list[Edge] = []
    for edge in drawing.edges:
        (staying.setdefault(edge.source, []) if edge.source == edge.target else leaving).append(
            edge
        )
    for node in drawing.nodes:
        lines.append(f"  {names[node.key]} [{_node_style(node, staying.get(node.key, ()))}]")
    lines += [
        f"  {names[edge.source]} -> {names[edge.target]} [{_edge_style(edge)}]" for edge in leaving
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _node_style(node: Node, staying: Sequence[Edge]) -> str:
    style = [f"label={_node_label(node, staying)}"]
    if node.is_end:
        style.append("peripheries=2")
    if node.is_current:
        style.append('fillcolor="#1f6feb", fontcolor="#ffffff", color="#0a3069", penwidth=2')
    elif node.visits:
        style.append('color="#1f6feb", penwidth=2')
    return ", ".join(style)


def _node_label(node: Node, staying: Sequence[Edge]) -> str:
    if not staying:
        return _dot_text(node.title)
    color = "#ffffff" if node.is_current else "#424a53"
    lines = dict.fromkeys("↻ " + escape(_label(edge, " · ")) for edge in staying)
    small = "".join(f'<br/><font point-size="10" color="{color}">{line}</font>' for line in lines)
    return f'<{escape(node.title)}<br/><font point-size="4"> </font>{small}>'


_LINES: dict[EdgeKind, str] = {"action": "solid", "timeout": "dashed", "automatic": "dotted"}


def _edge_style(edge: Edge) -> str:
    # Blanks around the label keep it off the line.
    label = "\n".join(f"  {part}  " for part in filter(None, _said(edge)))
    style = [f"label={_dot_text(label)}", f"style={_LINES[edge.kind]}"]
    if edge.taken:
        style.append('color="#1f6feb", penwidth=2')
    return ", ".join(style)


def _dot_text(text: str) -> str:
    """A quoted DOT string; backslashes are doubled, so that no escape of DOT's own remains."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'
