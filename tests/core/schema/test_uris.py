"""Resolving references against a base, on the examples of RFC 3986, section 5.4."""

import pytest

from callboard.core.schema.uris import resolve

BASE = "http://a/b/c/d;p?q"


@pytest.mark.parametrize(
    ("reference", "uri"),
    [
        ("g:h", "g:h"),
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q"),
        ("g#s", "http://a/b/c/g"),
        (";x", "http://a/b/c/;x"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"),
        ("g;x=1/../y", "http://a/b/c/y"),
    ],
)
def test_rfc_examples(reference: str, uri: str) -> None:
    assert resolve(BASE, reference) == uri


@pytest.mark.parametrize(
    ("base", "reference", "uri"),
    [
        ("", "other", "other"),
        ("http://a", "b", "http://a/b"),
        ("schema:request", "schema:line", "schema:line"),
        ("urn:uuid:1", "#x", "urn:uuid:1"),
    ],
)
def test_other_bases(base: str, reference: str, uri: str) -> None:
    assert resolve(base, reference) == uri
