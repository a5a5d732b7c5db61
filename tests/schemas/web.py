"""A web server in this loop that publishes schemas over HTTPS, by a certificate of its own."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

NAME = "localhost"


@dataclass
class Site:
    """What is published, by path; `asked` are the paths that somebody asked for."""

    pages: dict[str, web.Response | bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        page = self.pages.get(request.path)
        if page is None:
            raise web.HTTPNotFound
        return web.Response(body=page) if isinstance(page, bytes) else page


@asynccontextmanager
async def published(folder: Path, **pages: web.Response | bytes) -> AsyncIterator[Site]:
    """A site with these pages below `site.url`; `site.trust` trusts its certificate."""
    certificate = certified(folder)
    site = Site({f"/{name}": page for name, page in pages.items()})
    site.trust.load_verify_locations(certificate)
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=served)
    await listening.start()
    site.url = f"https://{NAME}:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


def certified(folder: Path) -> Path:
    """A file with a key, and a certificate for `NAME` that it signed itself."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path
