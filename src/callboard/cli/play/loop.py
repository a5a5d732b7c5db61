"""Reads an order, carries it out, shows what came of it; until the process ends or somebody stops.

It is the only part of a run that both reads and shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, assert_never

from callboard.cli.play import screen
from callboard.cli.play.form import ask_response
from callboard.cli.play.orders import Act, Choose, Look, Order, OrderError, Wait, parse_order
from callboard.cli.play.reader import Reader
from callboard.cli.play.session import Option, Session
from callboard.core.values import ABSENT, Absent, Json
from callboard.errors import CallboardError

PROMPT: Final = "> "


class Stop(Exception):  # noqa: N818  (nothing is wrong: somebody wants to stop)
    """The run is over before the process is."""


def play(session: Session, reader: Reader) -> bool:
    """Play until the process ends, somebody quits, or there are no more lines.

    Gives False when a line could not be carried out and nobody was there to try again: a script
    stops at the first one.
    """
    screen.opening(session)
    options = session.options()
    screen.state(session, options)
    while session.running:
        try:
            order = _read(session, reader)
            if order is None:
                continue
            carried_out = _carry_out(session, reader, options, order)
        except (Stop, EOFError):
            screen.echo()
            return True
        except KeyboardInterrupt:
            screen.echo()
            continue
        except CallboardError as error:
            screen.problem(error.message)
            carried_out = False
        if not carried_out and not reader.interactive:
            return False
        options = session.options()
    screen.ending(session)
    return True


def _read(session: Session, reader: Reader) -> Order | None:
    try:
        line = reader.line(PROMPT)
    except KeyboardInterrupt:
        raise Stop from None
    return parse_order(line, session.scenario.has_action) if line.strip() else None


def _carry_out(session: Session, reader: Reader, options: Sequence[Option], order: Order) -> bool:
    match order:
        case Choose(number):
            return _do(session, reader, _numbered(options, number))
        case Act(action, actor, response):
            option = _named(options, action, actor)
            return _do(session, reader, option, response)
        case Wait(time):
            _wait(session, time)
            return True
        case Look(at):
            _look(session, options, at)
            return True
        case _:
            assert_never(order)


def _numbered(options: Sequence[Option], number: int) -> Option:
    if not 1 <= number <= len(options):
        raise OrderError(f"There is no action number {number}.")
    return options[number - 1]


def _named(options: Sequence[Option], action: str, actor: str | None) -> Option:
    """The option that is meant. An actor that may not act is let try: the core says why not."""
    fitting = [option for option in options if option.key == action]
    if actor is not None:
        chosen = [option for option in fitting if option.actor == actor]
        return chosen[0] if chosen else Option(actor, {"key": action})
    if not fitting:
        raise OrderError(f"Nobody may do {action!r} now.")
    if len(fitting) > 1:
        actors = ", ".join(option.actor for option in fitting)
        raise OrderError(f"Several may do {action!r}: {actors}. Write `{action} as …`.")
    return fitting[0]


def _do(session: Session, reader: Reader, option: Option, response: Json | Absent = ABSENT) -> bool:
    value = response
    if isinstance(value, Absent):
        try:
            value = ask_response(option.response, reader)
        except EOFError:
            raise OrderError(f"The lines end within the response to {option.key!r}.") from None
    known = len(session.log)
    reasons = session.act(option.key, option.actor, value)
    if reasons:
        screen.refusal(reasons)
        return False
    screen.log(session, known)
    screen.state(session, session.options())
    return True


def _wait(session: Session, time: timedelta | None) -> None:
    if time is None:
        if session.due is None:
            raise OrderError("No time-out is set in this state. Write for example `wait 3 days`.")
        time = session.due - session.now
    known, state = len(session.log), session.current
    session.let_pass(time)
    screen.paragraph(f"{screen.duration(time)} passed.")
    screen.log(session, known)
    if session.current != state:
        screen.state(session, session.options())


def _look(session: Session, options: Sequence[Option], at: str) -> None:
    match at:
        case "history":
            screen.history(session)
        case "data":
            screen.data(session)
        case "show":
            screen.state(session, options)
        case "help":
            screen.echo(screen.HELP)
        case _:
            raise Stop
