"""The files of the interface, ready to send.

Theory: all files together have one name, the hash of what they hold, and are sent below it; so a
browser may keep them for ever, and a page never mixes files of two versions. Whoever asks below
another name (a page that was open while the server was renewed, a second server during a roll-out)
gets the file as it is now, and asks again next time. Files are read once, and compressed once, when
they are first asked for. In development mode they are read again whenever the page is, so that who
works on them sees what they wrote.

Invariant: only files that were found in the folder at the start can be sent.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

__all__ = ["STATIC", "WebFile", "Website"]

STATIC: Final = "/ui/static"
PLACE: Final = b"{static}"
PRELOAD: Final = b"<!--modules-->"
FIRST: Final = ("app/main.js", "vendor/preact.js")
TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(slots=True)
class WebFile:
    """A file, and its compressed form once somebody wanted it."""

    kind: str
    content: bytes
    tag: str
    _compressed: bytes = field(default=b"", repr=False)

    def compressed(self) -> bytes:
        """The content, compressed by gzip."""
        if not self._compressed:
            self._compressed = gzip.compress(self.content, 9, mtime=0)
        return self._compressed


def _file(name: str, content: bytes) -> WebFile:
    return WebFile(TYPES[name.rpartition(".")[2]], content, sha256(content).hexdigest()[:32])


class Website:
    """The files in a folder, as they are now or were at the start."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self._folder = folder or files("callboard.web")
        self._files: Mapping[str, WebFile] = {}
        self.name = ""
        """The hash of all files."""
        self.shell = _file("index.html", b"")
        """The page itself."""
        self.read()

    def read(self) -> None:
        """Read the folder (again). What has not changed stays compressed."""
        found: dict[str, WebFile] = {}
        for name, content in _contents(self._folder, ""):
            made, had = _file(name, content), self._files.get(name)
            found[name] = had if had is not None and had.tag == made.tag else made
        listed = "".join(f"{name} {file.tag}\n" for name, file in found.items())
        self.name = sha256(listed.encode()).hexdigest()[:16]
        page = found.pop("index.html").content
        page = page.replace(PRELOAD, _preload(found)).replace(PLACE, self.address.encode())
        self._files, self.shell = found, _file("index.html", page)

    @property
    def address(self) -> str:
        """Where the files are."""
        return f"{STATIC}/{self.name}"

    def names(self) -> list[str]:
        """All files that can be asked for."""
        return list(self._files)

    def find(self, name: str) -> WebFile | None:
        """A file by its path in the folder."""
        return self._files.get(name)


def _contents(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _contents(item, f"{prefix}{item.name}/")
        elif item.name.rpartition(".")[2] in TYPES:
            yield prefix + item.name, item.read_bytes()


def _preload(found: Mapping[str, WebFile]) -> bytes:
    """Links to the modules that every page needs, so that they are fetched side by side."""
    folders = ("app", "app/ui", "app/frame")
    needed = [name for name in found if name.rpartition("/")[0] in folders or name in FIRST]
    links = [f'<link rel="modulepreload" href="{{static}}/{name}">' for name in needed]
    return "\n".join(link for link in links if "first.js" not in link).encode()
