"""Mail over SMTP: encrypted or not at all, taken or not, and no server is waited for too long."""

from __future__ import annotations

import time

import pytest

from callboard.ports.transport import DeliveryError, Message
from callboard.transports.smtp import Smtp
from callboard.transports.smtp_config import SmtpConfig
from tests.transports.mailbox import certified, mailbox, scripted

TOLD = Message("6f0c", "ann", "Do it.\n.\nNow, bitte schön.", "0b8f", "9f86")
BOTH = ("ann@example.com", "bob@example.com")
OFFERS = b"250-mail.test\r\n250 8BITMIME\r\n"


def transport(port, **settings):
    given = {"host": "127.0.0.1", "port": port, "sender": "board@example.com", "to": BOTH}
    given |= {"security": "none", "timeout": 5}
    return Smtp(SmtpConfig(**given | settings), now=lambda: 0)


async def failing(port, **settings):
    with pytest.raises(DeliveryError) as caught:
        await transport(port, **settings).deliver(TOLD)
    assert "@" not in caught.value.message
    assert "127.0.0.1" not in caught.value.message
    return caught.value


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("tls"))


def test_a_mail_arrives_as_it_was_meant(run):
    async def send():
        async with mailbox() as box:
            assert await transport(box.port).deliver(TOLD) is None
            return box

    box = run(send())
    (mail,), (envelope,) = box.mails, box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("board@example.com", list(BOTH))
    assert mail["Message-ID"] == "<6f0c@example.com>"
    assert mail.get_body(("plain",)).get_content().split("\r\n") == [*TOLD.body.split("\n"), ""]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_goes_encrypted_and_with_a_password(run, tls, security):
    context, trusted = tls

    async def send():
        async with mailbox(context, at_once=security == "tls") as box:
            identity = {"user": "me", "password": "right", "ca_file": trusted}
            await transport(box.port, security=security, **identity).deliver(TOLD)
            return box

    box = run(send())
    assert len(box.mails) == 1
    assert box.users == [(b"me", b"right")]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_is_not_trusted_gets_nothing(run, tls, security):
    async def send():
        async with mailbox(tls[0], at_once=security == "tls") as box:
            error = await failing(box.port, security=security, user="me", password="right")
            return error, box

    error, box = run(send())
    assert error.message == "There is no safe connection to it: check its certificate."
    assert not error.final
    assert (box.users, box.mails) == ([], [])


@pytest.mark.parametrize("identity", [{}, {"user": "me", "password": "right"}])
def test_a_server_without_starttls_gets_nothing(run, identity):
    async def send():
        async with mailbox() as box:
            return await failing(box.port, security="starttls", **identity), box

    error, box = run(send())
    assert error.message == "It does not offer what security or user ask for."
    assert (box.users, box.mails) == ([], [])


def test_a_wrong_password_is_not_told_and_tried_again(run, tls):
    async def send():
        async with mailbox(tls[0]) as box:
            identity = {"user": "me", "password": "hidden", "ca_file": tls[1]}
            return await failing(box.port, security="starttls", **identity)

    error = run(send())
    assert error.message == "It does not accept user and password (535)."
    assert not error.final


@pytest.mark.parametrize(
    ("command", "answer", "final"),
    [
        ("MAIL", "451 Later", False),
        ("MAIL", "550 No", True),
        ("bob@example.com", "450 bob@example.com is busy", False),
        ("bob@example.com", "550 <bob@example.com>: no such user", True),
        ("DATA", "452 Full", False),
        ("DATA", "554 Spam", True),
    ],
)
def test_a_refusal_passes_or_is_final_as_its_number_says(run, command, answer, final):
    async def send():
        async with mailbox(**{command: answer}) as box:
            return await failing(box.port), box

    error, box = run(send())
    assert error.final is final
    assert error.message.startswith(f"It answered {answer[:3]}: ")
    assert box.mails == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "did not answer in time"),
        ([b"220 mail.test\r\n"], "did not answer in time"),
        ([b"220 mail.test\r\n", OFFERS, b"250 OK\r\n"], "did not answer in time"),
        ([None], "cannot be reached"),
        ([b"220 mail.test\r\n", OFFERS, None], "closed the connection"),
        ([b"220 mail.test\r\n", OFFERS, b"250 OK\r\n", None], "closed the connection"),
        ([b"HTTP/1.1 400 Bad\r\n"], "It answered -1"),
        ([b"554 Go away\r\n"], "It answered 554: Go away"),
        ([b"220 mail.test\r\n", b"250-x\r\n" * 500_000], "It answered -1: Response too long"),
        ([b"220 " + b"x" * 5_000_000], "It answered -1: Response too long"),
    ],
)
def test_a_server_that_hangs_vanishes_or_says_too_much_is_a_failure(run, lines, said):
    async def send():
        async with scripted(*lines) as port:
            return await failing(port, timeout=0.5)

    begun = time.monotonic()
    error = run(send())
    assert said in error.message
    assert not error.final
    assert time.monotonic() - begun < 2


def test_nobody_there_is_a_failure(run):
    async def send():
        async with scripted() as port:
            pass
        return await failing(port)

    assert run(send()).message == "It cannot be reached."


def test_authorities_that_cannot_be_read_are_said_at_the_start(tmp_path):
    with pytest.raises(ValueError, match="ca_file is to be a file"):
        transport(25, ca_file=tmp_path / "none.pem")
    (tmp_path / "x.pem").write_text("x")
    with pytest.raises(ValueError, match="ca_file is to be a file"):
        transport(25, ca_file=tmp_path / "x.pem")
