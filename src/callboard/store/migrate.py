"""Migrations: numbered SQL files per dialect, each applied once, in order, never edited afterwards.

Theory: the database remembers which migrations it has had, each with a checksum of its text. What a
newer program did to it cannot be known here, so a database with more migrations than this code has
is refused, and so is one whose history differs. The connection modules apply what is pending, under
their lock and each in one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from callboard.ports.store import StoreError

COUNTED: Final = (
    *("running", "ended", "erased", "scenarios", "api_keys"),
    *("timers", "notifications", "given_up"),
)
"""What is counted of a database that has had all of them, in the order of the queries."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration of one dialect."""

    number: int
    name: str
    text: str

    @property
    def title(self) -> str:
        """Number and name, as the file has them."""
        return f"{self.number:04}_{self.name}"

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(dialect: str) -> tuple[Migration, ...]:
    """Every migration of a dialect, in order; numbered from 1 without a gap."""
    found = []
    for file in (files("callboard.store") / "migrations" / dialect).iterdir():
        if file.name.endswith(".sql"):
            number, _, name = file.name.removesuffix(".sql").partition("_")
            found.append(Migration(int(number), name, file.read_text("utf-8")))
    found.sort(key=lambda migration: migration.number)
    return tuple(found)


def pending(
    known: tuple[Migration, ...], applied: Mapping[int, str], place: str
) -> tuple[Migration, ...]:
    """Those that the database at `place` has not had. `applied` gives their checksums by number.

    Raises StoreError when the database is newer than this program, or its history is another one.
    """
    if len(applied) > len(known):
        raise StoreError(
            f"The database {place} was made by a newer Callboard: it is at migration "
            f"{max(applied)}, this one knows {len(known)}. Install the newer one, or use a backup."
        )
    for migration in known[: len(applied)]:
        if applied.get(migration.number) != migration.checksum:
            raise StoreError(
                f"The database {place} has a history that this Callboard does not know: migration "
                f"{migration.number} ({migration.name}) was another one."
            )
    return known[len(applied) :]


def refuse_pending(left: Sequence[Migration], place: str) -> None:
    """Raise StoreError where a database is to be used as it is, and lacks something."""
    if left:
        raise StoreError(
            f"The database {place} lacks {named(left)}, and the setting `migrate` is off: back it "
            "up, run `callboard db upgrade`, and start again."
        )


def refuse_old(left: Sequence[Migration], place: str) -> None:
    """Raise StoreError where a database is to be read, and lacks something."""
    if left:
        raise StoreError(
            f"The database {place} lacks {named(left)}: run `callboard db upgrade` first."
        )


def named(found: Sequence[Migration]) -> str:
    """Some migrations, for people.

    >>> named([Migration(3, "leases", ""), Migration(4, "finding", "")])
    'the migrations 0003_leases and 0004_finding'
    """
    names = [migration.title for migration in found]
    if len(names) == 1:
        return f"the migration {names[0]}"
    return f"the migrations {', '.join(names[:-1])} and {names[-1]}"
