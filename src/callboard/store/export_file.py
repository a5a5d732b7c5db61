"""The file of an export: gzip where its name ends so, and there only when it is whole."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, cast

from callboard.ports.store import StoreError

__all__ = ["new_export", "open_export"]

_GZIP: Final = b"\x1f\x8b"
_LEVEL: Final = 3


@contextmanager
def new_export(target: Path) -> Iterator[IO[bytes]]:
    """A new file, for its owner alone. It has its name when it is whole and on disk, and is gone
    after an error. Raises StoreError.
    """
    if target.exists():
        raise StoreError(f"The file {target} is there already: name one that is not.")
    part = target.with_name(target.name + ".part")
    with suppress(FileNotFoundError):
        part.unlink()
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise StoreError(f"The file {part} cannot be made: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
            if target.suffix == ".gz":
                # Without name and time: the same content gives the same file.
                with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def open_export(source: Path) -> IO[bytes]:
    """The file, read from its beginning, packed or not. Raises `OSError`."""
    with source.open("rb") as file:
        packed = file.read(2) == _GZIP
    return cast("IO[bytes]", gzip.open(source, "rb")) if packed else source.open("rb")
