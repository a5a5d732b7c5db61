"""Credentials of NATS: a server that knows accounts lets the engine in by them, and by no other."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time

import nats
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from callboard.ports.transport import DeliveryError, Message
from callboard.transports.nats import Nats
from callboard.transports.nats_config import NatsConfig
from callboard.transports.nats_credentials import credentials_of
from tests.nats_server import nats_server

TOLD = Message("6f0c", "stock", 1, "0b8f", "9f86")
OPERATOR, ACCOUNT, USER = 14 << 3, 0, 20 << 3
SEED = 18 << 3


def encoded(data):
    checked = data + binascii.crc_hqx(data, 0).to_bytes(2, "little")
    return base64.b32encode(checked).rstrip(b"=").decode()


class Key:
    """A key of an operator, an account or a user, as NATS writes them."""

    def __init__(self, kind):
        self.private = Ed25519PrivateKey.generate()
        self.public = encoded(bytes([kind]) + self.private.public_key().public_bytes_raw())
        head = bytes([SEED | (kind >> 5), (kind & 31) << 3])
        self.seed = encoded(head + self.private.private_bytes_raw())

    def vouch(self, other, kind, **facts):
        """A token of this key about another one."""
        claims = {"iss": self.public, "sub": other.public, "name": kind, "iat": int(time.time())}
        claims["nats"] = {"type": kind, "version": 2} | facts
        claims["jti"] = hashlib.sha256(json.dumps(claims).encode()).hexdigest()
        signed = ".".join(map(part, ({"typ": "JWT", "alg": "ed25519-nkey"}, claims)))
        return f"{signed}.{raw(self.private.sign(signed.encode()))}"


def raw(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value):
    return raw(json.dumps(value).encode())


def written(path, token, seed):
    """A file of credentials."""
    path.write_text(
        f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
        "************************* IMPORTANT *************************\n"
        f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
    return path


@pytest.fixture
def account(tmp_path):
    """A server with an account, and what lets somebody into it."""
    operator, account, system = Key(OPERATOR), Key(ACCOUNT), Key(ACCOUNT)
    names = "subs conn leaf imports exports data payload mem_storage disk_storage streams consumer"
    no_end = dict.fromkeys(names.split(), -1)
    vouched = operator.vouch(account, "account", limits=no_end | {"wildcards": True})
    about = operator.vouch(system, "account", limits={"conn": -1, "subs": -1})
    conf = (
        f"operator: {operator.vouch(operator, 'operator')}\n"
        f"system_account: {system.public}\nresolver: MEMORY\n"
        f"resolver_preload: {{ {account.public}: {vouched}, {system.public}: {about} }}\n"
    )
    with nats_server(tmp_path, conf) as server:
        yield server, account


def credentials(account, path, seed=None):
    user = Key(USER)
    limits = {"subs": -1, "data": -1, "payload": -1, "pub": {}, "sub": {}}
    return written(path, account.vouch(user, "user", **limits), seed or user.seed)


def test_an_account_lets_the_engine_in(run, tmp_path, account):
    server, owner = account
    config = NatsConfig((server.url,), credentials=credentials(owner, tmp_path / "a.creds"))

    async def tell():
        way = Nats(config)
        proof = credentials_of(config.credentials)
        client = await nats.connect(server.url, user_jwt_cb=proof.jwt, signature_cb=proof.signature)
        await client.jetstream().add_stream(name="STOCK", subjects=["stock"])
        await way.deliver(TOLD)
        kept = await client.jetstream().stream_info("STOCK")
        await way.close()
        await client.close()
        return kept.state.messages

    assert run(tell()) == 1


def test_a_key_that_is_not_the_users_stays_out(run, tmp_path, account):
    server, owner = account
    path = credentials(owner, tmp_path / "a.creds", Key(USER).seed)

    async def tell():
        way = Nats(NatsConfig((server.url,), credentials=path))
        with pytest.raises(DeliveryError, match="does not let the engine in"):
            await way.deliver(TOLD)
        await way.close()

    run(tell())


@pytest.mark.parametrize("text", ["", "hidden", "\xff", None])
def test_a_file_that_holds_none_is_said_at_the_start(tmp_path, text):
    path = tmp_path / "a.creds"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ValueError, match="credentials is to be") as caught:
        Nats(NatsConfig(("nats://x",), credentials=path))
    assert "hidden" not in str(caught.value)


def test_a_seed_that_was_changed_is_said(tmp_path):
    seed = Key(USER).seed
    path = written(
        tmp_path / "a.creds", "token", seed[:20] + ("B" if seed[20] == "A" else "A") + seed[21:]
    )
    with pytest.raises(ValueError, match="damaged") as caught:
        credentials_of(path)
    assert seed[:10] not in str(caught.value)
