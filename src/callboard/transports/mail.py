"""What a mail says, made from a message.

Theory: an author may write the mail, as a text or as `{to, subject, text}`. Otherwise it says what
the standard message says: the title of the process, the instructions, and what may be done. The
link of the operator follows. Whatever comes from a message is text here: in the subject on one
line, in HTML escaped, in no other header. Pure.

Invariants: a message has the same Message-ID however often it is sent. It goes to nobody whom the
settings do not allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from hashlib import sha256
from html import escape
from typing import Final, TypeGuard
from urllib.parse import quote

from callboard.core.values import Json, JsonObject
from callboard.ports.transport import DeliveryError, Message
from callboard.telemetry import printable
from callboard.transports.mail_addresses import is_address, is_allowed
from callboard.transports.smtp_config import PLACE, SmtpConfig

__all__ = ["Mail", "mail_of"]

MOST_RECIPIENTS: Final = 50
LONGEST_SUBJECT: Final = 200
OWN: Final = frozenset({"to", "subject", "text"})
PAGE_BEGINS: Final = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>'
PAGE_ENDS: Final = "</body></html>\n"
HEADERS: Final = (
    b"From To Subject Date Message-ID References Auto-Submitted MIME-Version Content-Type"
).split()
"""What a mail has, in this order, whatever its message is."""
UNTITLED: Final = "Something to do"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is sent."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


def mail_of(message: Message, config: SmtpConfig, at: float) -> Mail:
    """The mail that a message is; `at` is its date, as a timestamp. Raises `DeliveryError`, which
    is final, for a message that says nothing, or is to go where it may not.
    """
    subject, text = _said(message.body)
    recipients = _recipients(message.body, config)
    link = config.link.replace(PLACE, quote(message.process, safe=""))
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(config.sender_name, addr_spec=config.sender)
    made["To"] = [Address(addr_spec=address) for address in recipients]
    made["Subject"] = _subject(subject)
    made["Date"] = formatdate(at)
    made["Message-ID"] = _identity(message.id, config)
    made["References"] = _identity(message.process, config)
    made["Auto-Submitted"] = "auto-generated"
    plain = "\n\n".join(part for part in (text, link) if part)
    made.set_content(plain, cte="quoted-printable")
    made.add_alternative(_html(text, link), subtype="html", cte="quoted-printable")
    content = made.as_bytes()
    if _headers(content) != HEADERS:
        raise _useless("cannot be a mail")
    return Mail(config.sender, recipients, content)


def _said(body: Json) -> tuple[str, str]:
    """Subject and text. A text alone begins with its subject."""
    if isinstance(body, str):
        return _first_line(body), _lines(body)
    if not isinstance(body, dict):
        raise _useless("is to be a text or an object")
    if _is_standard(body):
        return _standard(body)
    if body.keys() - OWN:
        raise _useless("is to hold nothing but to, subject and text")
    subject, text = body.get("subject", ""), body.get("text", "")
    if not (isinstance(subject, str) and isinstance(text, str)) or not (subject or text):
        raise _useless("is to have a subject and a text")
    return subject or _first_line(text), _lines(text)


def _subject(text: str) -> str:
    """One line. What looks like an encoded word (RFC 2047) is broken, for the library would decode
    it, line ends and all.
    """
    one = " ".join(printable(text, LONGEST_SUBJECT).split())
    return one.replace("=?", "= ?")[:LONGEST_SUBJECT] or UNTITLED


def _headers(content: bytes) -> list[bytes]:
    """The names of the headers of a mail that was made, in their order."""
    lines = content.partition(b"\r\n\r\n")[0].splitlines()
    return [line.partition(b":")[0] for line in lines if not line.startswith((b" ", b"\t"))]


def _is_standard(body: JsonObject) -> bool:
    return isinstance(body.get("process"), dict) and isinstance(body.get("actions"), list)


def _standard(body: JsonObject) -> tuple[str, str]:
    """What the standard message says (services, details 1)."""
    process, instructions = body["process"], body.get("instructions")
    title = process.get("title") if isinstance(process, dict) else None
    done = [line for action in _objects(body["actions"]) if (line := _action(action))]
    parts = [instructions] if isinstance(instructions, str) and instructions else []
    if done:
        parts.append("What can be done:\n" + "\n".join(done))
    text = _lines("\n\n".join(parts))
    return title if isinstance(title, str) and title else UNTITLED, text


def _objects(values: Json) -> Iterator[JsonObject]:
    yield from (value for value in values if isinstance(value, dict)) if _is_list(values) else ()


def _is_list(value: Json) -> TypeGuard[list[Json]]:
    return isinstance(value, list)


def _action(action: JsonObject) -> str:
    """An action on one line.

    >>> _action({"key": "ok", "title": "Agree", "description": "Take the offer"})
    '- Agree: Take the offer'
    """
    named = action.get("title") or action.get("key")
    texts = [text for text in (named, action.get("description")) if isinstance(text, str) and text]
    return f"- {': '.join(texts)}" if texts else ""


def _recipients(body: Json, config: SmtpConfig) -> tuple[str, ...]:
    """Whom it goes to: whom the message names, when the settings allow it; else whom they name."""
    named = body.get("to") if isinstance(body, dict) and not _is_standard(body) else None
    if named is None:
        if not config.to:
            raise _useless("names nobody in to, and no address is set")
        return config.to
    addresses: Json = [named] if isinstance(named, str) else named
    if not (_is_list(addresses) and 0 < len(addresses) <= MOST_RECIPIENTS):
        raise _useless(f"is to name 1 to {MOST_RECIPIENTS} addresses in to")
    found = [each for each in addresses if isinstance(each, str) and is_address(each)]
    if len(found) != len(addresses):
        raise _useless("is to name addresses like ann@example.com in to")
    if not all(is_allowed(address, config.allow_to) for address in found):
        raise _useless("names an address in to that the settings do not allow")
    return tuple(dict.fromkeys(found))


def _useless(why: str) -> DeliveryError:
    return DeliveryError(f"The message {why}.", final=True)


def _identity(text: str, config: SmtpConfig) -> str:
    """A Message-ID that is always the same for this text."""
    name = text if text.isascii() and text.replace("-", "").isalnum() else _hashed(text)
    return f"<{name[:100]}@{config.sender.rpartition('@')[2]}>"


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _lines(text: str) -> str:
    """The text with one kind of line end, and without other control characters."""
    return "\n".join(printable(line, len(line)) for line in text.splitlines()).strip("\n")


def _html(text: str, link: str) -> str:
    """The same as a page: paragraphs, nothing else, and the link."""
    parts = [f"<p>{escape(part)}</p>".replace("\n", "<br>\n") for part in text.split("\n\n")]
    if link:
        parts.append(f'<p><a href="{escape(link)}">{escape(link)}</a></p>')
    return "\n".join([PAGE_BEGINS, *parts, PAGE_ENDS])
