"""Scenarios as pictures: what they show, and what they cannot carry."""

import xml.etree.ElementTree as ET

from callboard import load, normalize
from callboard.core.scenario.diagram import dot, graph, mermaid
from callboard.drawing import svg
from callboard.examples import example_names, load_example

TEXT = """
title: Leave
actors: {employee: {title: Employee}, manager: {title: Manager}, hr: {}}
actions: {ask: {title: Ask for leave, actor: employee}}
states:
  initial: {on: ask, goto: asked}
  asked:
    title: Asked
    transitions:
      - {on: approve, by: manager, goto: (approved)}
      - {on: ask, by: employee, goto: ~}
      - {after: 2 days, goto: (expired)}
      - {on: ~, if: !ref vars.auto, goto: (approved)}
"""
EVIL = '<script>alert(1)</script>"]; x [URL="javascript:alert(2)'


def drawn(text: str = TEXT, **marks: object) -> object:
    return graph(normalize(load(text)), **marks)


def test_edges_say_who_when_and_by_itself() -> None:
    labels = {(e.source, e.target, e.kind, e.label, e.who) for e in drawn().edges}
    assert labels == {
        ("initial", "asked", "action", "Ask for leave", "Employee"),
        ("asked", "(approved)", "action", "approve", "Manager"),
        ("asked", "asked", "action", "Ask for leave", "Employee"),
        ("asked", "(expired)", "timeout", "after 2 days", ""),
        ("asked", "(approved)", "automatic", "if vars.auto", ""),
    }


def test_a_process_marks_its_state_and_path() -> None:
    picture = drawn(current="asked", path=["initial", "asked"])
    assert [node.key for node in picture.nodes if node.is_current] == ["asked"]
    assert [edge.target for edge in picture.edges if edge.taken] == ["asked"]
    assert "class s1 current" in mermaid(picture)


def test_mermaid_has_ends_and_labels() -> None:
    text = mermaid(drawn())
    assert text.startswith("stateDiagram-v2\n")
    assert "s0 --> s1 : Ask for leave / Employee" in text
    assert "s2 --> [*]" in text


def test_titles_are_text_in_every_form() -> None:
    scenario = normalize(load("states: {initial: {on: go, goto: (done)}}"))
    scenario["title"] = scenario["states"]["initial"]["title"] = EVIL
    stay = {**scenario["states"]["initial"]["transitions"][0], "goto": None}
    scenario["states"]["initial"]["transitions"].append(stay)
    scenario["actions"]["initial.go"]["title"] = EVIL
    picture = graph(scenario)
    assert "<script" not in mermaid(picture)
    assert '"' not in mermaid(picture).partition('state "')[2].partition('" as')[0]
    root = ET.fromstring(svg(picture))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "desc", "path", "polygon", "ellipse", "polyline", "text"}
    names = {name.rpartition("}")[2] for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or name == "href"]


def test_svg_says_what_it_shows() -> None:
    root = ET.fromstring(svg(drawn()))
    assert root.attrib["role"] == "img"
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == "Leave"
    assert "Ask for leave (Employee) leads to Asked" in root.find(f"{space}desc").text


def test_every_example_is_drawn() -> None:
    for name in example_names():
        picture = graph(normalize(load(load_example(name))))
        assert svg(picture).startswith("<svg")
        staying = [edge for edge in picture.edges if edge.source == edge.target]
        assert dot(picture).count("->") == len(picture.edges) - len(staying) + 1
        assert dot(picture).count("↻") == len(staying)


def test_what_leaves_a_state_as_it_is_stands_in_its_box() -> None:
    text = dot(drawn())
    assert "s1 -> s1" not in text
    assert "<Asked<br/>" in text
    assert "↻ Ask for leave · Employee" in text


def test_those_who_may_are_named_unless_all_may() -> None:
    text = TEXT.replace("actor: employee}", "actor: [manager, employee, hr]}").replace(
        "on: ask, by: employee", "on: ask"
    )
    assert {e.who for e in drawn(text).edges if e.label == "Ask for leave"} == {"anybody"}
    fewer = text.replace("[manager, employee, hr]", "[manager, employee, 'service:x']")
    assert {e.who for e in drawn(fewer).edges if e.label == "Ask for leave"} == {
        "Manager, Employee, service:x"
    }


def test_a_long_condition_is_cut() -> None:
    long = TEXT.replace("!ref vars.auto", "!ref vars.auto && " + " && ".join(["vars.auto"] * 9))
    (label,) = {edge.label for edge in drawn(long).edges if edge.kind == "automatic"}
    assert label.startswith("if vars.auto && vars.auto")
    assert len(label) == 35
