"""Regular expressions as authors write them, in the syntax of the engine that runs them.

Authors write those of JavaScript; the engine is RE2, whose time is linear in the text because it
cannot look around or refer back. One pass translates what is written differently and refuses what
the engine lacks, with a message of its own. It also notes what the cost of a search depends on
(see `functions.patterns`): whether anything is repeated without bound, and whether there are
alternatives (a repeated group is one).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SPACES: Final = (
    r"\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
)
_NO_SPACES: Final = (
    r"\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}"
    r"\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}"
)
_ANY: Final = "(?s:.)"
_NONE: Final = r"[^\x{0}-\x{10ffff}]"
_LINE: Final = r"[^\n\r\x{2028}\x{2029}]"

_ESCAPE: Final = re.compile(
    r"""\\(?:
        u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})
      | u(?P<code>[0-9a-fA-F]{4}) | u\{(?P<point>[0-9a-fA-F]{1,6})\}
      | c(?P<control>[A-Za-z])
      | (?P<property>[pP](?:\{\^?\w+\}|[A-Z])) | [pP]\{(?:Script|sc)=(?P<script>\w+)\}
      | (?P<hex>x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]{1,6}\})
      | (?P<same>[dDwWbBtnvfr]) | (?P<space>[sS]) | (?P<zero>0)(?![0-9])
      | (?P<back>[1-9]|k<)
      | (?P<other>[^A-Za-z0-9])
    )""",
    re.VERBOSE | re.DOTALL,
)
_REPEAT: Final = re.compile(r"[*+?]|\{\d+(?:,\d*)?\}")
_GROUP: Final = re.compile(r"\(\?(?:<(?P<look>[=!])|(?P<ahead>[=!])|<(?P<name>\w+)>)")


@dataclass(frozen=True, slots=True)
class Translation:
    """A pattern for the engine, and what its cost depends on."""

    text: str
    endless: bool
    """Whether something in it is repeated without a bound."""
    branches: bool
    """Whether there are alternatives in it, or a group that is repeated."""


def translate(pattern: str, *, dot_all: bool) -> Translation:
    """Translate a pattern; with `dot_all`, the dot matches line ends too.

    Raises ValueError that says what cannot be translated.

    >>> translate(r"[\\w]+\\/\\u00e9", dot_all=False).text
    '[\\\\w]+/\\\\x{00e9}'
    """
    return _Translator(pattern, _ANY if dot_all else _LINE).translate()


class _Translator:
    def __init__(self, pattern: str, dot: str) -> None:
        self.pattern = pattern
        self.dot = dot
        self.index = 0
        self.out: list[str] = []
        self.endless = False
        self.branches = False

    def translate(self) -> Translation:
        while self.index < len(self.pattern):
            self.out.append(self.atom())
        return Translation("".join(self.out), self.endless, self.branches)

    def atom(self) -> str:
        """The next character, escape, class or group sign, translated."""
        match self.pattern[self.index]:
            case "\\":
                return self.escape(in_class=False)
            case "[":
                return self.character_class()
            case "(":
                return self.group()
            case ".":
                self.index += 1
                return self.dot
            case ")" | "|" | "*" | "+" | "{" | "?":
                return self.sign()
            case character:
                self.index += 1
                return character

    def sign(self) -> str:
        """A bar, the end of a group, or a repetition."""
        character = self.pattern[self.index]
        self.index += 1
        repeated = character == ")" and _REPEAT.match(self.pattern, self.index)
        if character == "|" or repeated:
            self.branches = True
        elif character in "*+" or re.match(r"\d+,\}", self.pattern[self.index : self.index + 9]):
            self.endless = True
        return character

    def group(self) -> str:
        match = _GROUP.match(self.pattern, self.index)
        if match is None:
            self.index += 1
            return "("
        if match["look"] or match["ahead"]:
            raise ValueError(f"it looks {'behind' if match['look'] else 'ahead'}")
        self.index = match.end()
        return f"(?P<{match['name']}>"

    def character_class(self) -> str:
        self.index += 1
        negated = self.pattern.startswith("^", self.index)
        self.index += negated
        parts: list[str] = []
        while not self.pattern.startswith("]", self.index):
            if self.index >= len(self.pattern):
                raise ValueError("a [ is not closed")
            character = self.pattern[self.index]
            if character == "\\":
                parts.append(self.escape(in_class=True))
            else:
                self.index += 1
                parts.append("\\[" if character == "[" else character)
        self.index += 1
        if not parts:
            return _ANY if negated else _NONE
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def escape(self, *, in_class: bool) -> str:
        match = _ESCAPE.match(self.pattern, self.index)
        if match is None:
            found = self.pattern[self.index : self.index + 2]
            raise ValueError(f"{found} is no escape")
        self.index = match.end()
        kind, text = match.lastgroup or "", match[match.lastgroup or 0]
        match kind:
            case "low":
                return f"\\x{{{_joined(match['high'], text):x}}}"
            case "code" | "point":
                return f"\\x{{{text}}}"
            case "control":
                return f"\\x{{{ord(text) % 32:x}}}"
            case "script":
                return f"\\{match[0][1]}{{{text}}}"
            case "space":
                return _space(text, in_class=in_class)
            case "zero":
                return r"\x{0}"
            case "back":
                raise ValueError("it refers back to a group")
            case "other":
                return re.escape(text) if text.isascii() else text
        return r"\x{8}" if in_class and text == "b" else f"\\{text}"


def _joined(high: str, low: str) -> int:
    """The code point of a surrogate pair."""
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)


def _space(text: str, *, in_class: bool) -> str:
    found = _SPACES if text == "s" else _NO_SPACES
    return found if in_class else f"[{found}]"
