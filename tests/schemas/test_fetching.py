"""Schemas are fetched from where strangers could go too, and from nowhere else."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from callboard.ports.schemas import FetchError
from callboard.schemas.addresses import is_public
from callboard.schemas.fetching import FAILED_SECONDS, KEPT_SECONDS, LARGEST, WebSchemas
from tests.schemas.web import published

ORDER = b'{"properties": {"total": "number"}}'


def anywhere(address: str) -> bool:
    return bool(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_allowed(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.8", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "fec0::1", "2001:db8::1", "100::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1"),
        *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:0a00:0001::1"),
        *("2001:0:5db8:d822::1", "fe80::1%eth0", "no address", ""),
    ],
)
def test_other_addresses_are_not(address):
    assert not is_public(address)


def fetch(folder, uri="{}/order", pages=None, **given):
    """What is fetched of a site, and what it was asked for."""

    async def get():
        async with published(folder, **(pages or {"order": ORDER})) as site:
            source = WebSchemas(**({"allowed": anywhere, "trust": site.trust} | given))
            try:
                return await source.get(uri.format(site.url)), site.asked
            except FetchError as error:
                return error.message, site.asked
            finally:
                await source.close()

    return asyncio.run(get())


def test_a_schema_is_fetched_and_brought_to_its_normal_form(tmp_path):
    schema, asked = fetch(tmp_path)
    assert schema["properties"] == {"total": {"type": "number"}}
    assert schema["$schema"].endswith("2020-12/schema")
    assert asked == ["/order"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (web.Response(status=302, headers={"location": "/other"}), "It answers 302."),
        (web.Response(status=500), "It answers 500."),
        (b"{", "It cannot be read"),
        (b"[]", "It is no schema."),
        (b'{"a": 1, "a": 2}', "It cannot be read"),
        (b"\xff", "It cannot be read"),
        (b"[" * 100_000, "It cannot be read"),
        (b" " * (LARGEST + 1), f"It is larger than {LARGEST} bytes."),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path, page, said):
    message, asked = fetch(tmp_path, pages={"order": page, "other": ORDER})
    assert message.startswith(said)
    assert asked == ["/order"]


@pytest.mark.parametrize(
    "uri",
    [
        *("http://{0}", "https://", "https://user@localhost/x", "https://localhost:0/"),
        *("file:///etc/passwd", "https://local\nhost/", "https://localhost:99999/", "https://[::/"),
        "https://localhost/" + "x" * 2000,
    ],
)
def test_what_is_no_plain_https_address_is_refused(tmp_path, uri):
    assert fetch(tmp_path, uri) == ("It is no https address.", [])


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1", "127.1"]
)
def test_an_address_that_is_not_public_is_never_connected_to(tmp_path, host, monkeypatch):
    connected = []
    monkeypatch.setattr(
        asyncio.BaseEventLoop, "sock_connect", lambda *given: connected.append(given)
    )
    message, asked = fetch(tmp_path, f"https://{host}:443/", allowed=is_public)
    assert message in ("Its address is not a public one.", "It cannot be reached.")
    assert (asked, connected) == ([], [])


def test_one_private_address_among_public_ones_is_enough(tmp_path, monkeypatch):
    async def resolve(self, host, port, **given):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.216.34", "10.0.0.1")
        ]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    message, _ = fetch(tmp_path, "https://two.example/", allowed=is_public)
    assert message == "Its address is not a public one."


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    message, asked = fetch(tmp_path, trust=None)
    assert message.startswith("There is no safe connection")
    assert asked == []


def test_what_was_fetched_and_what_failed_is_kept_for_a_while(tmp_path):
    at = 0.0

    async def get():
        nonlocal at
        async with published(tmp_path, order=ORDER) as site:
            source = WebSchemas(allowed=anywhere, trust=site.trust, now=lambda: at)
            for path in ("order", "no", "order", "no"):
                try:
                    await source.get(f"{site.url}/{path}")
                except FetchError:
                    assert path == "no"
            assert site.asked == ["/order", "/no"]
            at = FAILED_SECONDS + 1
            site.pages["/no"] = ORDER
            await source.get(f"{site.url}/no")
            at = KEPT_SECONDS + 1
            await source.get(f"{site.url}/order")
            await source.close()
            return site.asked

    assert asyncio.run(get()) == ["/order", "/no", "/no", "/order"]
