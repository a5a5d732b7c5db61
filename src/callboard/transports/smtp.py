"""The provider `smtp`: a service is a person, who is told by mail.

Theory: a mail has a connection of its own, which is encrypted or not made, and one time for all of
it. Either the server takes it for everybody or for nobody, so that a later try doubles nothing.
What the server says to the mail itself decides: 4xx may be another answer next time, 5xx will not.
What it says before, to a connection or a password, is the operator's to mend, and is tried again.
A mail that the server took before its word was lost is sent again, with the same Message-ID.

This module is imported only where a service is told so, for its library may not be there.

Invariant: no address and no password is in an error.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import time
from typing import Final

import aiosmtplib

from callboard.ports.transport import DeliveryError, Message, Provider
from callboard.telemetry import printable
from callboard.transports.mail import Mail, mail_of
from callboard.transports.smtp_config import SmtpConfig
from callboard.transports.trust import trusting

__all__ = ["PROVIDER", "Smtp"]

LONGEST_EXCERPT: Final = 200
GOODBYE_SECONDS: Final = 0.5
ADDRESS: Final = re.compile(r"\S*@\S*")


class Smtp:
    """A mail server that takes mails. `now` is the time of day."""

    def __init__(self, config: SmtpConfig, now: Callable[[], float] = time) -> None:
        self._config = config
        self._now = now
        self._tls = trusting(config.ca_file)

    async def deliver(self, message: Message) -> None:
        """Let the server take it. Raises `DeliveryError`."""
        mail = mail_of(message, self._config, self._now())
        client = self._client()
        try:
            async with asyncio.timeout(self._config.timeout):
                with _reached():
                    await client.connect()
                    if client.is_ehlo_or_helo_needed:
                        await client.ehlo()
                with _taken():
                    await _send(client, mail)
            with suppress(aiosmtplib.SMTPException):
                await client.quit(timeout=GOODBYE_SECONDS)
        except TimeoutError:
            raise DeliveryError("It did not answer in time.") from None
        finally:
            client.close()

    async def close(self) -> None:
        """Nothing is kept open."""

    def _client(self) -> aiosmtplib.SMTP:
        config = self._config
        return aiosmtplib.SMTP(
            hostname=config.host,
            port=config.chosen_port,
            username=config.user or None,
            password=config.password or None,
            local_hostname=config.sender.rpartition("@")[2],
            timeout=config.timeout,
            use_tls=config.security == "tls",
            start_tls=config.security == "starttls",
            tls_context=self._tls,
        )


async def _send(client: aiosmtplib.SMTP, mail: Mail) -> None:
    """Sender, recipients and mail. When one recipient is refused, nobody gets it."""
    await client.mail(mail.sender)
    for recipient in mail.recipients:
        await client.rcpt(recipient)
    await client.data(mail.content)


@contextmanager
def _reached() -> Iterator[None]:
    """What goes wrong until the server would take a mail."""
    try:
        yield
    except aiosmtplib.SMTPAuthenticationError as error:
        text = f"It does not accept user and password ({error.code})."
        raise DeliveryError(text) from None
    except aiosmtplib.SMTPResponseException as error:
        raise DeliveryError(_answered(error)) from None
    except (aiosmtplib.SMTPTimeoutError, TimeoutError):
        raise DeliveryError("It did not answer in time.") from None
    except (ssl.SSLError, ssl.CertificateError):
        raise _unsafe() from None
    except (aiosmtplib.SMTPConnectError, OSError) as error:
        if isinstance(error.__cause__, ssl.SSLError):
            raise _unsafe() from None
        raise DeliveryError("It cannot be reached.") from None
    except aiosmtplib.SMTPException:
        raise DeliveryError("It does not offer what security or user ask for.") from None


@contextmanager
def _taken() -> Iterator[None]:
    """What goes wrong with a mail: 5xx is final."""
    try:
        yield
    except aiosmtplib.SMTPResponseException as error:
        raise DeliveryError(_answered(error), final=500 <= error.code < 600) from None
    except (aiosmtplib.SMTPTimeoutError, TimeoutError):
        raise DeliveryError("It did not answer in time.") from None
    except (aiosmtplib.SMTPException, OSError):
        raise DeliveryError("It closed the connection without an answer.") from None


def _answered(error: aiosmtplib.SMTPResponseException) -> str:
    """What the server said, without the addresses in it."""
    said = ADDRESS.sub("…", printable(error.message, LONGEST_EXCERPT)).strip()
    return f"It answered {error.code}: {said}"


def _unsafe() -> DeliveryError:
    return DeliveryError("There is no safe connection to it: check its certificate.")


PROVIDER: Final = Provider(SmtpConfig, Smtp)
