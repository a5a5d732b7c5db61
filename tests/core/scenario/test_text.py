"""Reading scenarios in YAML and JSON: what a text means, and where it says why it is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.limits import Limits
from callboard.core.scenario.tags import TAGS
from callboard.core.scenario.text import load, load_document
from callboard.core.values import Json
from callboard.errors import TextError


def refused(text: str | bytes, **options: object) -> TextError:
    with pytest.raises(TextError) as caught:
        load(text, **options)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0o14", 12),
        ("-0", 0),
        ("3.0", 3),
        (".5", 0.5),
        ("9007199254740993", 9007199254740992.0),
        ("1e21", 1e21),
        ("0b1", "0b1"),
        ("1e", "1e"),
        ("+", "+"),
        ("!!str 5", "5"),
        ("!!float 5", 5),
        ("! 5", "5"),
        ("'5'", "5"),
        ("|\n  5\n", "5\n"),
        ("!!map {a: !!seq [!!null ~]}", {"a": [None]}),
        ("\ufeffa: 1", {"a": 1}),
        ("# nothing", None),
    ],
)
def test_what_a_yaml_text_means(text: str, value: Json) -> None:
    read = load(text, format="yaml")
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a: 1\nb: !rf x", "Did you mean !ref?", (2, 4)),
        ("a: 1\nb: !nothing x", "tag !nothing is not known", (2, 4)),
        ("a: !ref [x]", "before a text, not before a list", (1, 4)),
        ("a: !select x", "before a map, not before a text", (1, 4)),
        ("a: !!int x", "!!int cannot stand here", (1, 4)),
        ("a: !!binary x", "!!binary cannot stand here", (1, 4)),
        ("a: {{x}}", "needs quotes", (1, 5)),
        ("? [a]\n: b", "key must be a text", (1, 3)),
        ("x: &x [1]\n*x : b", "key must be a text", (2, 1)),
        ("!ref x: b", "key must be a text", (1, 1)),
        ("1: a\n'1': b", '"1" stands here twice', (2, 1)),
        ("~: a\n'': b", '"" stands here twice', (2, 1)),
        ("b: &b {x: 0}\na: {<<: *b, x: 1, x: 2}", '"x" stands here twice', (2, 19)),
        ("a:\n  <<: 1", "can be merged", (2, 7)),
        ("a: &a !ref x\nb: {<<: *a}", "can be merged", (2, 9)),
        ("a: -.INF", "no number", (1, 4)),
        ("a: 1e999", "beyond the numbers", (1, 4)),
        ("a: 0x" + "F" * 300, "beyond the numbers", (1, 4)),
        ('a: "\\0"', "U+0000", (1, 4)),
        ("a: b\nc: \x01", "U+0001", (2, 4)),
        ("a: 1\n---\nb: 2", "second document", (2, 1)),
        ("a: [1, 2\n", "no YAML", (2, 1)),
        ("a: *b", "anchor &b", (1, 4)),
        ("a: &a\n  b: *a", "inside its own anchor", (2, 6)),
        ("- x\n- \ud800", "half a character", (2, 3)),
        (b"a: \xc3\xa9\xff", "no UTF-8", (1, 5)),
    ],
)
def test_a_refusal_says_why_and_where(
    text: str | bytes, message: str, place: tuple[int, int]
) -> None:
    error = refused(text, format="yaml")
    assert message in error.message
    assert (error.line, error.column) == place


@pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029"])
def test_odd_line_separators_are_ordinary_characters(char: str) -> None:
    text = f"# {char}\na{char}: x{char}y\nb: '{char}'\nc: |\n  1{char}2\nd: !ref {char}x\n"
    assert load(text, format="yaml") == {
        f"a{char}": f"x{char}y",
        "b": char,
        "c": f"1{char}2\n",
        "d": {"<ref>": f"{char}x"},
    }


def test_private_characters_beside_odd_separators_stay_what_they_are() -> None:
    assert load("a: \ue000\x85\ue001\u2028", format="yaml") == {"a": "\ue000\x85\ue001\u2028"}


def test_an_anchor_may_be_given_anew() -> None:
    assert load("a: &x 1\nb: *x\nc: &x 2\nd: *x") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_what_is_merged_never_wins_over_what_is_written() -> None:
    text = "base: &b {x: 1, y: 1}\na: {x: 2, <<: *b}\nb: {<<: [*b, {z: 3, y: 9}], x: 2}\n"
    assert load(text) == {
        "base": {"x": 1, "y": 1},
        "a": {"x": 2, "y": 1},
        "b": {"x": 2, "y": 1, "z": 3},
    }
    assert load("'<<': {x: 1}") == {"<<": {"x": 1}}


def test_aliases_and_merges_are_counted_as_if_they_were_written_out() -> None:
    limits = Limits(document_nodes=100)
    text = "a: &a [" + "1, " * 40 + "]\nb: *a\n"
    assert load(text, limits=limits)
    assert "too large" in refused(text + "c: *a\n", limits=limits).message
    keys = ", ".join(f"k{index}: 1" for index in range(40))
    bomb = f"a: &a {{{keys}}}\nb: {{<<: *a}}\nc: {{<<: *a}}"
    assert "too large" in refused(bomb, limits=limits).message


def test_the_characters_of_aliases_are_counted_too() -> None:
    text = "a: &a " + "x" * 500 + "\nb: *a\n"
    assert load(text, limits=Limits(text_bytes=1100))
    assert "too large" in refused(text + "c: *a\nd: *a", limits=Limits(text_bytes=1100)).message


def test_depth_counts_tags_and_aliases() -> None:
    limits = Limits(document_depth=4)
    assert load("[[[[1]]]]", format="yaml", limits=limits)
    assert load("a: &a [[1]]\nb: [*a]", limits=limits)
    for text in ("[[[[[1]]]]]", "a: &a [[1]]\nb: [[[*a]]]", "[[[[!ref x]]]]"):
        assert "levels" in refused(text, format="yaml", limits=limits).message


@pytest.mark.parametrize(
    "text",
    ["[" * 500_000, "- " * 300_000, "? " * 300_000, "{a: " * 200_000, "%TAG ! x:\n" * 50_000],
)
def test_hostile_texts_are_refused_at_once(text: str) -> None:
    refused(text)


def test_a_text_has_a_size_and_a_number_of_values() -> None:
    assert "larger than 10 bytes" in refused("a: " + "é" * 4, limits=Limits(text_bytes=10)).message
    assert "too many" in refused("a: [1, 2]", limits=Limits(document_nodes=4)).message


def test_json_is_read_as_json_when_the_form_is_not_said() -> None:
    assert load('{"a": "\\ud83d\\ude00"}') == {"a": "😀"}
    assert "twice" in refused('{"a": 1,\n "a": 2}').message
    assert load("{a: 1}") == {"a": 1}
    assert load('\n["a"]  ') == ["a"]


def test_an_application_adds_its_own_tags() -> None:
    tags = TAGS.with_tag("!money", lambda text: {"amount": text}, forms=["text"])
    assert load("a: !money 5 EUR", tags=tags) == {"a": {"amount": "5 EUR"}}
    assert "not known" in refused("a: !money 5 EUR").message
    assert "before a text" in refused("a: !money [5]", tags=tags).message


def test_an_application_tag_may_refuse_and_must_give_json() -> None:
    def hexadecimal(text: Json) -> Json:
        return int(str(text), 16)

    tags = TAGS.with_tag("!hex", hexadecimal).with_tag("!wrong", lambda _: {"a": [{1}]})  # type: ignore[dict-item, list-item]
    assert load("!hex ff", tags=tags) == 255
    error = refused("a: !hex xyz", tags=tags)
    assert (error.line, error.column) == (1, 4)
    assert "JSON does not have" in refused("!wrong x", tags=tags).message


def test_what_an_application_tag_gives_is_bounded() -> None:
    tags = TAGS.with_tag("!many", lambda _: [[0]] * 60).with_tag("!deep", lambda _: [[[[0]]]])
    assert "too large" in refused("!many x", tags=tags, limits=Limits(document_nodes=50)).message
    assert "levels" in refused("!deep x", tags=tags, limits=Limits(document_depth=3)).message


@pytest.mark.parametrize("name", ["!ref", "money", "!", "!a b"])
def test_a_tag_needs_a_free_name(name: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        TAGS.with_tag(name, lambda value: value)


YAML = """\
base: &base
  title: !ref vars.t
list:
  - <<: *base
    own: 1
  - *base
pick: !select
  $: a
  x/y: !tpl
    template: hi
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("", (1, 1)),
        ("/base/title", (2, 10)),
        ("/base/title/<ref>", (2, 10)),
        ("/list/0", (4, 5)),
        ("/list/0/own", (5, 10)),
        ("/list/0/title", (2, 10)),
        ("/list/1", (6, 5)),
        ("/list/1/title", (2, 10)),
        ("/pick/<select>/x~1y/<tpl>/template", (10, 15)),
        ("/pick/<select>/missing/deep", (7, 7)),
    ],
)
def test_where_a_value_stands_in_yaml(pointer: str, place: tuple[int, int]) -> None:
    assert load_document(YAML).place(pointer) == place


def test_of_merged_values_the_place_is_that_of_the_one_that_counts() -> None:
    text = "- &a {x: 1}\n- &b {x: 2, y: 3}\n- {<<: [*a, *b]}\n- {x: 4, <<: *b}\n"
    places = load_document(text).positions
    assert (places["/2/x"], places["/2/y"], places["/3/x"]) == ((1, 10), (2, 16), (4, 7))


def test_where_a_key_stands_in_yaml() -> None:
    document = load_document(YAML)
    assert document.place("/list/0/own", key=True) == (5, 5)
    assert document.place("/pick/<select>/x~1y", key=True) == (9, 3)
    assert document.key_positions["/base"] == (1, 1)


def test_where_things_stand_in_json() -> None:
    document = load_document('{"é": [1,\n {"b/c": {}, "d": "x"}],\n"e": true}')
    assert document.format == "json"
    assert dict(document.positions) == {
        "": (1, 1),
        "/é": (1, 7),
        "/é/0": (1, 8),
        "/é/1": (2, 2),
        "/é/1/b~1c": (2, 10),
        "/é/1/d": (2, 19),
        "/e": (3, 6),
    }
    assert document.place("/é/1/d", key=True) == (2, 14)


def pointers(value: Json, pointer: str = "") -> list[str]:
    found = [pointer]
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += pointers(item, f"{pointer}/{index}")
    if isinstance(value, dict):
        for key, item in value.items():
            escaped = key.replace("~", "~0").replace("/", "~1")
            found += pointers(item, f"{pointer}/{escaped}")
    return found


keys = st.text(st.sampled_from('ab/~"\\\n[{,: é'), max_size=4)
values = st.recursive(
    st.none() | st.integers(-5, 5) | keys,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
)


@given(values, st.sampled_from([None, 1]))
def test_every_value_has_its_place(value: Json, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    for form in ("json", "yaml"):
        document = load_document(text, format=form)  # type: ignore[arg-type]
        assert list(document.positions) == pointers(value)
        assert len(set(document.positions.values())) == len(document.positions)
