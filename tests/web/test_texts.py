"""What the interface says: the same keys in all languages, and those that are used."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

import pytest

from tests.web.test_static import OURS, WEB

LINE = re.compile(r"^  '([\w.-]+)': (?:'((?:[^'\\]|\\.)*)'|(\{.*\})),$", re.MULTILINE)
ENTRY = re.compile(r"^  '", re.MULTILINE)
USED = re.compile(r"\bt\(\s*'([\w.-]+)'|(?:label|text|title): '((?:keys|text)\.[\w.-]+)'")
CHOSEN = re.compile(r"\bt\([^'`(),]*\? '([\w.-]+)' : '([\w.-]+)'")
BUILT = re.compile(r"\b(?:t|hasText)\(\s*`([\w.-]*)\$\{")


@cache
def texts(language: str) -> dict[str, str]:
    written = (WEB / f"texts/{language}.js").read_text(encoding="utf-8")
    found = [(key, text or forms) for key, text, forms in LINE.findall(written)]
    assert len(found) == len(ENTRY.findall(written)), "a text is not on a line of its own"
    keys = [key for key, _ in found]
    assert len(keys) == len(set(keys)), "a key is there twice"
    return dict(found)


def places(text: str) -> set[str]:
    if text.startswith("{"):
        return {"(plural)", *re.findall(r"\{(\w+)\}", text[1:-1])}
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def used() -> tuple[set[str], set[str]]:
    """The keys that the code names, and the beginnings of those that it builds."""
    keys: set[str] = set()
    starts: set[str] = set()
    for path in OURS:
        if path.parent.name == "texts":
            continue
        code = path.read_text(encoding="utf-8")
        for found in (*USED.findall(code), *CHOSEN.findall(code)):
            keys.update(key for key in found if key)
        starts.update(BUILT.findall(code))
    return keys, starts


def test_both_languages_have_the_same_texts():
    english, german = texts("en"), texts("de")
    assert english.keys() == german.keys()
    assert not [key for key in english if places(english[key]) != places(german[key])]


def test_every_text_that_is_used_exists():
    keys, starts = used()
    assert not keys - texts("en").keys()
    assert not [start for start in starts if not any(key.startswith(start) for key in texts("en"))]


def test_every_text_is_used():
    keys, starts = used()
    code = "\n".join(path.read_text() for path in OURS if path.parent.name != "texts")
    built = tuple(start for start in starts if start)
    unused = [key for key in texts("en") if key not in keys and not key.startswith(built)]
    assert not [key for key in unused if f"'{key}'" not in code]


@pytest.mark.parametrize("language", ["en", "de"])
def test_texts_are_written_with_care(language):
    assert not [key for key, text in texts(language).items() if "..." in text or "  " in text]
