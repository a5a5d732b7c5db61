"""How a text is written as a YAML scalar: plain, between quotes, or as a literal block.

A text stands plain only where no reader takes it for anything else: not the core schema of YAML
1.2, nor one of YAML 1.1, to which `yes`, `12:30`, `1_000` and `2026-03-31` are no texts. Characters
that some reader takes for a line break, or cannot read, are escaped.
"""

from __future__ import annotations

import re
from typing import Final

from callboard.errors import TextError

_OTHER_WORDS: Final = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
"""What YAML 1.1 reads as a boolean or null, in any case."""
_PLAIN: Final = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`~=](?:[^\n]*[^\s:])?""")
_BROKEN: Final = re.compile(r":\s|\s#")
"""What ends a plain scalar: a colon or a comment."""
_LIKE_A_NUMBER: Final = re.compile(r"[-+.]?[0-9][0-9A-Fa-fxobTtZz_:.,+\- ]*|[-+]?\.[A-Za-z]+")
_ESCAPED: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BLANK_ENDS: Final = re.compile(r"[ \t](?:\n|\Z)")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_DOUBLE: Final = re.compile(f'["\\\\\n\t]|{_ESCAPED.pattern}')


def one_line(text: str) -> str:
    """A text as a scalar on one line."""
    if _is_plain(text):
        return text
    if ('"' in text or "\\" in text) and not (
        "\n" in text or "\t" in text or _ESCAPED.search(text)
    ):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _DOUBLE.sub(_escape, text) + '"'


def scalar(text: str, indent: int) -> str:
    """A text as a scalar; of several lines, as a block whose lines are indented by `indent`."""
    if "\n" not in text or _ESCAPED.search(text) or _BLANK_ENDS.search(text) or text.isspace():
        return one_line(text)
    start = "2" if text[0] in " \t\n" else ""
    end = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    margin = " " * indent
    lines = text.removesuffix("\n").split("\n")
    return f"|{start}{end}\n" + "\n".join(margin + line if line else "" for line in lines)


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and text.lower() not in _OTHER_WORDS
        and not _BROKEN.search(text)
        and not _LIKE_A_NUMBER.fullmatch(text)
        and not text.startswith("<<")
        and not _ESCAPED.search(text)
        and "\t" not in text
    )


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    if code == 0 or 0xD800 <= code <= 0xDFFF:
        raise TextError(f"This value holds U+{code:04X}, which no text may.")
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"
