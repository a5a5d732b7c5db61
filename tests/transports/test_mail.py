"""What a mail says and whom it goes to, whatever authors and users write."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from callboard.ports.transport import DeliveryError, Message
from callboard.transports.mail import mail_of
from callboard.transports.smtp_config import SmtpConfig

GIVEN = {"host": "mail.test", "sender": "board@example.com", "to": ("ann@example.com",)}
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted")
LINK = "https://app.example.com/tasks/{process}?a=1&b=2"
STANDARD = {
    "process": {"id": "0b8f", "title": "Order 7", "scenario": {"id": "s"}},
    "actions": [
        {"key": "ok", "title": "Agree", "description": "Take the offer"},
        {"key": "no", "title": "Decline"},
    ],
    "instructions": "Look at <it>.\nSoon.",
    "etag": "9f86",
}


def mailed(body, name="6f0c-1", **settings):
    message = Message(name, "ann", body, "0b8f", "9f86")
    return mail_of(message, SmtpConfig(**GIVEN | settings), 0)


def read(body, **settings):
    return message_from_bytes(mailed(body, **settings).content, policy=policy.default)


def text(body, **settings):
    return read(body, **settings).get_body(("plain",)).get_content().replace("\r\n", "\n")


def html(body, **settings):
    return read(body, **settings).get_body(("html",)).get_content().replace("\r\n", "\n")


def refused(body, **settings):
    with pytest.raises(DeliveryError) as caught:
        mailed(body, **settings)
    assert caught.value.final
    assert "@evil" not in caught.value.message
    return caught.value.message


def test_the_standard_message_says_what_can_be_done_and_where():
    assert read(STANDARD)["Subject"] == "Order 7"
    assert text(STANDARD, link=LINK) == (
        "Look at <it>.\nSoon.\n\n"
        "What can be done:\n- Agree: Take the offer\n- Decline\n\n"
        "https://app.example.com/tasks/0b8f?a=1&b=2\n"
    )


def test_the_page_says_the_same_and_holds_nothing_but_text_and_the_link():
    page = html(STANDARD, link=LINK)
    assert "<p>Look at &lt;it&gt;.<br>\nSoon.</p>\n<p>What can be done:<br>" in page
    address = "https://app.example.com/tasks/0b8f?a=1&amp;b=2"
    assert f'<a href="{address}">{address}</a>' in page
    assert "<it>" not in page


def test_without_a_link_there_is_none():
    assert "http" not in text(STANDARD) + html(STANDARD)


@pytest.mark.parametrize(
    ("body", "subject", "said"),
    [
        ("Send 2\nby noon", "Send 2", "Send 2\nby noon\n"),
        ({"subject": "Hello", "text": "Ann,\n\ndo it."}, "Hello", "Ann,\n\ndo it.\n"),
        ({"text": "\nDo it.\nNow."}, "Do it.", "Do it.\nNow.\n"),
        ({"subject": "Only this"}, "Only this", "\n"),
        ("", "Something to do", "\n"),
        ({"process": {"id": "p"}, "actions": []}, "Something to do", "\n"),
        ({"process": {"title": 5}, "actions": [5, {}]}, "Something to do", "\n"),
        ("Grüße an 会議 😀", "Grüße an 会議 😀", "Grüße an 会議 😀\n"),
    ],
)
def test_an_own_message_is_the_mail(body, subject, said):
    assert read(body)["Subject"] == subject
    assert text(body) == said


@pytest.mark.parametrize(
    "subject",
    [
        "Hi\r\nBcc: eve@evil.example",
        "Hi\nBcc: eve@evil.example\n\n<script>",
        "Hi\rBcc: eve@evil.example",
        "Hi\u2028Bcc: eve@evil.example\x0b\x85x",
        "ü" * 5000 + "\r\nBcc: eve@evil.example",
        "x" * 5000,
        "=?utf-8?q?a=0d=0aBcc:_eve@evil.example?=",
        "=?utf-8?q?a?= =?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
        "ü=\r\n?utf-8?q?=0d=0aBcc:_eve@evil.example?=",
        "==??utf-8?q?=0d=0aBcc:_eve@evil.example?=",
    ],
)
def test_no_subject_makes_a_header(subject):
    mail = mailed({"subject": subject, "text": "x"})
    made = message_from_bytes(mail.content, policy=policy.default)
    assert set(made.keys()) == {*HEADERS, "MIME-Version", "Content-Type"}
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998
    assert "\n" not in made["Subject"]
    assert len(made["Subject"]) <= 200
    assert mail.recipients == ("ann@example.com",)
    assert mail.content.isascii()


def test_a_title_in_the_subject_is_one_line():
    body = STANDARD | {"process": {"title": "Order\r\nBcc: eve@evil.example"}}
    assert read(body)["Subject"] == "Order Bcc: eve@evil.example"


def test_a_message_has_the_same_id_whenever_it_is_sent():
    first, again, other = read("x"), read("x"), read("x", name="7")
    assert first["Message-ID"] == again["Message-ID"] == "<6f0c-1@example.com>"
    assert other["Message-ID"] != first["Message-ID"]
    assert first["References"] == "<0b8f@example.com>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert "\n" not in read("x", name="a\r\nb")["Message-ID"]


def test_the_sender_is_named():
    assert read("x", sender_name="Büro, Team")["From"] == '"Büro, Team" <board@example.com>'


def test_it_goes_to_whom_the_settings_say():
    two = ("ann@example.com", "bob@example.org")
    assert mailed("x", to=two).recipients == two
    assert read("x", to=two)["To"] == "ann@example.com, bob@example.org"
    assert mailed(STANDARD | {"to": "eve@evil.example"}).recipients == ("ann@example.com",)


ALLOWED = ("*@example.com", "bob@example.org")


@pytest.mark.parametrize(
    ("to", "recipients"),
    [
        ("Cara@Example.com", ("Cara@Example.com",)),
        (["bob@example.org", "cara@example.com", "bob@example.org"], None),
    ],
)
def test_a_message_names_whom_the_settings_allow(to, recipients):
    sent = mailed({"to": to, "text": "x"}, allow_to=ALLOWED).recipients
    assert sent == (recipients or ("bob@example.org", "cara@example.com"))


@pytest.mark.parametrize(
    "to",
    [
        "eve@evil.example",
        "eve@sub.example.com",
        "eve@evil-example.com",
        "notbob@example.org",
        "eve@example.org",
        "eve@example.com.evil.example",
        "eve@evil.example@example.com",
        '"eve@evil.example"@example.com',
        "<eve@evil.example>",
        "eve@evil.example, ann@example.com",
        "ann@example.com, eve@evil.example",
        "ann@example.com\r\nBcc: eve@evil.example",
        "ann@example.com\nRCPT TO:<eve@evil.example>",
        "eve@evil.example\0@example.com",
        "ann%evil@example.com\u2028",
        "ännä@example.com",
        "x" * 65 + "@example.com",
        "ann@" + "x." * 130 + "example.com",
        "",
        [],
        ["ann@example.com", "eve@evil.example"],
        ["ann@example.com", 5],
        ["ann@example.com"] * 51,
        {"ann@example.com": 1},
        5,
    ],
)
def test_it_goes_to_nobody_else(to):
    assert refused({"to": to, "text": "x"}, allow_to=ALLOWED)


def test_without_settings_no_message_chooses():
    assert "do not allow" in refused({"to": "ann@example.com", "text": "x"})
    assert "no address is set" in refused("x", to=(), allow_to=("*",))
    anybody = mailed({"to": "eve@evil.example", "text": "x"}, allow_to=("*",))
    assert anybody.recipients == ("eve@evil.example",)


@pytest.mark.parametrize(
    "body",
    [5, None, [], {}, {"subject": 5}, {"text": ["x"]}, {"text": "x", "html": "<p>"}, {"to": "x"}],
)
def test_a_message_that_is_no_mail_is_refused(body):
    assert refused(body).startswith("The message ")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"host": "a b"}, "host is to be"),
        ({"sender": "Board <board@example.com>"}, "sender and to are to be"),
        ({"sender_name": "a\nb"}, "sender_name is to be"),
        ({"to": ("ann",)}, "sender and to are to be"),
        ({"to": ()}, "nobody could be written to"),
        ({"allow_to": ("*@*.com",)}, "allow_to is to hold"),
        ({"allow_to": ("*example.com",)}, "allow_to is to hold"),
        ({"link": "javascript:alert(1)"}, "link is to be"),
        ({"link": "https://x/{task}"}, "link is to be"),
        ({"link": 'https://x/"y'}, "link is to be"),
        ({"port": 70_000}, "port is to be"),
        ({"timeout": 0}, "timeout is to be"),
        ({"user": "me"}, "belong together"),
        ({"user": "me", "password": "hidden", "security": "none"}, "only sent encrypted"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_start(settings, said):
    with pytest.raises(ValueError, match=said) as caught:
        SmtpConfig(**GIVEN | settings)
    assert "hidden" not in str(caught.value)


def test_nothing_secret_is_shown():
    assert "hidden" not in repr(SmtpConfig(**GIVEN, user="me", password="hidden"))
