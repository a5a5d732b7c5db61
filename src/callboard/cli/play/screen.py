"""How a run looks. Everything is plain text with a little colour, which click drops in a pipe."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

import click

from callboard.cli.play.session import Option, Session
from callboard.core.scenario.dump import dump
from callboard.core.values import Json, JsonObject
from callboard.errors import Reason

HELP: Final = """\
  NUMBER                 do the action with this number
  ACTION [as ACTOR] [RESPONSE]
                         do an action by its key; the response as YAML in one line,
                         for example: approve as manager {note: fine}
  wait [TIME]            until the next time-out, or for example: wait 3 days
  show                   where the process is, and who may do what
  history                what has happened
  data                   actors, variables and result
  quit                   stop
"""


def echo(text: str = "") -> None:
    """A line on the screen."""
    click.echo(text)


def problem(text: str) -> None:
    """Something did not work."""
    click.echo(click.style("  ✗ ", fg="red") + text)


def opening(session: Session) -> None:
    """The scenario's title and description."""
    scenario = session.scenario
    version = f" {scenario.version}" if scenario.version else ""
    echo(click.style((scenario.title or "Untitled") + version, bold=True))
    paragraph(cast("str", scenario.document.get("description") or ""))


def state(session: Session, options: Sequence[Option]) -> None:
    """Where the process is, what everybody is told, and what can be done."""
    current = session.current
    title = str(current.get("title") or current["key"])
    line = f"── {title} "
    echo()
    echo(click.style(line + "─" * max(0, _width() - len(line)), fg="cyan"))
    paragraph(str(current.get("description") or ""))
    for actor, text in session.instructions():
        paragraph(text, name=session.actor_title(actor))
    if session.running:
        _menu(session, options)


def _menu(session: Session, options: Sequence[Option]) -> None:
    echo()
    for number, option in enumerate(options, 1):
        title = str(option.action.get("title") or option.key)
        actor = f"{session.actor_title(option.actor)} ({option.actor})"
        echo(f"  {number:>2}  {click.style(title, bold=True)} · {actor}")
        description = option.action.get("description")
        if isinstance(description, str) and description:
            paragraph(description, indent=6)
    if not options:
        paragraph("Nobody can do anything now.")
    due = session.due
    if due is not None:
        paragraph(f"A time-out comes in {duration(due - session.now)}: wait")


def log(session: Session, since: int) -> None:
    """The log entries from an index on."""
    for entry in session.log[since:]:
        echo(_entry(session, entry))


def history(session: Session) -> None:
    """All that has happened, as the process tells it."""
    entries = [_entry(session, entry) for entry in session.log]
    for line in entries or ["  Nothing has happened yet."]:
        echo(line)


def _entry(session: Session, entry: JsonObject) -> str:
    actor = entry.get("actor")
    who = f" · {session.actor_title(str(actor['key']))}" if isinstance(actor, dict) else ""
    time = datetime.fromisoformat(str(entry["timestamp"]))
    title = str(entry.get("title") or "(untitled)")
    what = f"  {time:%Y-%m-%d %H:%M}  {click.style(title, bold=True)}{who}"
    description = entry.get("description")
    return f"{what}: {description}" if description else what


def data(session: Session) -> None:
    """Actors, variables and result, as YAML."""
    process = session.process
    shown: JsonObject = {key: process[key] for key in ("title", "actors", "vars", "result", "tags")}
    echo(textwrap.indent(dump(shown).rstrip(), "  "))


def refusal(reasons: Sequence[Reason]) -> None:
    """Why a step was refused."""
    for reason in reasons:
        place = f"{reason.pointer}: " if reason.pointer else ""
        problem(place + reason.message)


def ending(session: Session) -> None:
    """How the process ended."""
    result: Json = session.process["result"]
    echo()
    echo(click.style("The process has ended.", bold=True))
    if result is not None:
        echo(textwrap.indent(dump({"result": result}).rstrip(), "  "))


def paragraph(text: str, *, name: str = "", indent: int = 2) -> None:
    """Text, wrapped to the width of the screen, after a name; nothing for an empty one."""
    margin = " " * indent
    label = f"{name}: " if name else ""
    for block in text.splitlines():
        wrapped = textwrap.fill(
            label + block, _width(), initial_indent=margin, subsequent_indent=margin
        )
        head = len(margin) + len(label)
        echo(click.style(wrapped[:head], bold=True) + wrapped[head:] if label else wrapped)
        label = ""


def duration(time: timedelta) -> str:
    """A length of time in its largest whole unit, or two.

    >>> duration(timedelta(days=1, hours=2)), duration(timedelta(seconds=60)), duration(timedelta())
    ('1 day 2 hours', '1 minute', '0 seconds')
    """
    rest, parts = int(time.total_seconds()), []
    for name, seconds in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"


def _width() -> int:
    return min(shutil.get_terminal_size().columns, 88)
