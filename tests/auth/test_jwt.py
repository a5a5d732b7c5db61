"""JSON Web Tokens: signed by the one key, in time, for us, and about somebody."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from callboard.auth.config import AuthConfig
from callboard.auth.jwt import LONGEST, JwtVerifier
from callboard.auth.keys import KeyConfigError, OneAlgorithm
from callboard.errors import ExpressionError, UnauthenticatedError
from callboard.ports.caller import User

NOW = 1_767_225_600.0
SECRET = "a secret of tests that has enough bytes"
ALICE = {"id": "alice", "roles": ["support"], "info": {"name": "Alice"}}

KINDS = {
    "RS256": lambda: RSAKey.generate_key(2048),
    "ES256": lambda: ECKey.generate_key("P-256"),
    "ES384": lambda: ECKey.generate_key("P-384"),
    "ES512": lambda: ECKey.generate_key("P-521"),
    "EdDSA": lambda: OKPKey.generate_key("Ed25519"),
}


@cache
def private(algorithm):
    return KINDS[algorithm]()


def public_pem(algorithm):
    return private(algorithm).as_pem(private=False).decode()


def signed(claims, key=None, algorithm="HS256", **header):
    key = key or OctKey.import_key(SECRET)
    payload = json.dumps(claims) if not isinstance(claims, bytes) else claims
    names = ("EdDSA", "Ed25519") if algorithm.startswith("Ed") else (algorithm,)
    head = {"alg": algorithm, **header}
    return jws.serialize_compact(head, payload, key, registry=OneAlgorithm(names))


def raw(header, claims=ALICE, signature=b""):
    """A token by hand."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def verifier(**config):
    config = {"jwt_secret": SECRET} | config
    return JwtVerifier(AuthConfig(**config), lambda: NOW)


def refused(token, **config):
    with pytest.raises(UnauthenticatedError) as caught:
        verifier(**config).verify(token)
    assert caught.value.problem == "invalid-token"
    return caught.value.message


def test_claims_say_who_it_is():
    user = verifier().verify(signed(ALICE)).user
    assert user == User("alice", ("support",), {"name": "Alice"})


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_public_key_checks_what_its_owner_signed(algorithm):
    config = {"jwt_secret": "", "jwt_public_key": public_pem(algorithm)}
    token = signed(ALICE, private(algorithm), algorithm)
    assert verifier(**config).verify(token).user.id == "alice"
    head, payload, signature = token.split(".")
    refused(
        f"{head}.{payload}.{'A' + signature[1:] if signature[0] != 'A' else 'B' + signature[1:]}",
        **config,
    )


def test_both_names_of_eddsa_are_known():
    config = {"jwt_secret": "", "jwt_public_key": public_pem("EdDSA")}
    token = signed(ALICE, private("EdDSA"), "Ed25519")
    assert verifier(**config).verify(token).user.id == "alice"


@pytest.mark.parametrize("algorithm", ["RS512", "PS256"])
def test_another_algorithm_of_the_key_is_chosen_by_configuration(algorithm):
    config = {"jwt_secret": "", "jwt_public_key": public_pem("RS256")}
    token = signed(ALICE, private("RS256"), algorithm)
    refused(token, **config)
    assert verifier(**config, jwt_algorithm=algorithm).verify(token).user.id == "alice"
    refused(signed(ALICE, private("RS256"), "RS256"), **config, jwt_algorithm=algorithm)


def test_a_public_key_is_no_secret():
    pem = public_pem("RS256")
    head = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps(ALICE).encode()).rstrip(b"=").decode()
    mac = hmac.new(pem.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    forged = f"{head}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    refused(forged, jwt_secret="", jwt_public_key=pem)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "None"}, {"alg": ""}, {}, {"alg": 1}])
def test_a_token_without_a_signature_is_refused(header):
    refused(raw(header))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_than_the_configured_is_refused(algorithm):
    refused(signed(ALICE, algorithm=algorithm))


def test_another_secret_is_refused():
    refused(signed(ALICE, OctKey.import_key("another secret that has enough bytes")))


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_addresses_of_keys_are_not_followed(name):
    url = "https://127.0.0.1:1/keys"
    assert verifier().verify(signed(ALICE, **{name: url})).user.id == "alice"
    refused(signed(ALICE, OctKey.import_key("a key of the forger, who is patient"), **{name: url}))


def test_a_key_in_the_token_is_not_used():
    forger = private("ES256")
    token = signed(ALICE, forger, "ES256", jwk=forger.as_dict(private=False))
    config = {"jwt_secret": "", "jwt_public_key": ECKey.generate_key("P-256").as_pem(private=False)}
    refused(token, **{**config, "jwt_public_key": config["jwt_public_key"].decode()})


@pytest.mark.parametrize("kid", ["", "../../etc/passwd", "' OR 1=1", "x" * 200])
def test_the_name_of_a_key_is_only_a_name(kid):
    assert verifier().verify(signed(ALICE, kid=kid)).user.id == "alice"


@pytest.mark.parametrize(
    "extension",
    [
        *({"crit": ["exp"], "exp": 1}, {"crit": ["kid"], "kid": "x"}, {"crit": []}),
        *({"crit": ["b64"], "b64": True}, {"b64": True}, {"b64": False}),
    ],
)
def test_a_token_that_asks_for_extensions_is_refused(extension):
    signing = raw({"alg": "HS256", **extension}).rpartition(".")[0]
    mac = hmac.new(SECRET.encode(), signing.encode(), hashlib.sha256).digest()
    refused(f"{signing}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")


def test_a_token_has_a_bound():
    assert verifier().verify(signed(ALICE | {"more": "x" * 8_000})).user.id == "alice"
    refused(signed(ALICE | {"more": "x" * LONGEST}))


@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        ({"exp": NOW - 29}, True),
        ({"exp": NOW - 30}, False),
        ({"exp": NOW + 60}, True),
        ({"nbf": NOW + 30}, True),
        ({"nbf": NOW + 31}, False),
        ({"exp": None}, False),
        ({"exp": "2099-01-01"}, False),
        ({"exp": True}, False),
        ({"exp": 10**400}, False),
        ({"nbf": -(10**400)}, False),
        ({"nbf": []}, False),
        ({}, True),
    ],
)
def test_times_are_checked_with_leeway(claims, accepted):
    token = signed(ALICE | claims)
    if accepted:
        assert verifier().verify(token).user.id == "alice"
    else:
        refused(token)


def test_when_a_token_ends_is_told():
    assert verifier().verify(signed(ALICE | {"exp": NOW + 60})).expires == NOW + 90
    assert verifier().verify(signed(ALICE)).expires is None


@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        ({"iss": "us", "aud": "app"}, True),
        ({"iss": "us", "aud": ["other", "app"]}, True),
        ({"iss": "them", "aud": "app"}, False),
        ({"aud": "app"}, False),
        ({"iss": "us"}, False),
        ({"iss": "us", "aud": "apps"}, False),
        ({"iss": "us", "aud": []}, False),
        ({"iss": "us", "aud": None}, False),
        ({"iss": ["us"], "aud": "app"}, False),
    ],
)
def test_issuer_and_audience_are_checked_where_configured(claims, accepted):
    token = signed(ALICE | claims)
    config = {"jwt_issuer": "us", "jwt_audience": "app"}
    assert verifier().verify(token).user.id == "alice"
    if accepted:
        assert verifier(**config).verify(token).user.id == "alice"
    else:
        refused(token, **config)


@pytest.mark.parametrize(
    ("claims", "user"),
    [
        ({"sub": "bob"}, User("bob")),
        ({"id": "alice", "sub": "bob"}, User("alice")),
        ({"id": None, "sub": "bob"}, User("bob")),
        ({"id": 7}, User("7")),
        ({"id": "x", "roles": "admin"}, User("x", ("admin",))),
        ({"id": "x", "roles": None, "info": None}, User("x")),
    ],
)
def test_claims_may_be_sparse(claims, user):
    assert verifier().verify(signed(claims)).user == user


@pytest.mark.parametrize(
    "claims",
    [
        *({}, {"id": ""}, {"id": True}, {"id": ["x"]}, {"sub": 1.5}, [], "x", None),
        *({"id": "x", "roles": {"admin": True}}, {"id": "x", "roles": [["admin"]]}),
        {"id": "x", "info": "Alice"},
    ],
)
def test_claims_that_do_not_say_who_it_is_are_refused(claims):
    refused(signed(claims))


@pytest.mark.parametrize(
    "told",
    [
        *(b'{"id": "a\\u0000"}', b'{"id": "a", "roles": ["\\u0000"]}', b'{"id": "\\ud800"}'),
        *(b'{"id": "a", "info": {"\\u0000": 1}}', b'{"id": "a", "info": {"n": 9007199254740993}}'),
        *(b'{"id": "a", "info": {"n": 1e999}}', b'{"id": "a", "info": {"n": NaN}}'),
        b'{"id": "a", "info": {"n": ' + b"[" * 100 + b"]" * 100 + b"}}",
    ],
)
def test_claims_that_no_event_could_hold_are_refused(told):
    refused(signed(told))


def test_claims_that_are_not_recorded_may_hold_what_they_like():
    claims = {"id": "a", "nonce": 2**60, "deep": json.loads("[" * 50 + "]" * 50), "nul": "\0"}
    assert verifier().verify(signed(claims)).user.id == "a"


def test_a_transform_reads_other_claims():
    transform = "{id: email, roles: realm.groups, info: {name: name}}"
    claims = {"email": "a@example.com", "realm": {"groups": ["g"]}, "name": "A", "id": "other"}
    user = verifier(jwt_transform=transform).verify(signed(claims)).user
    assert user == User("a@example.com", ("g",), {"name": "A"})


@pytest.mark.parametrize("transform", ["email", "{id: email}", "{id: abs(email)}"])
def test_a_transform_that_gives_nobody_refuses(transform):
    refused(signed({"id": "alice", "email": None}), jwt_transform=transform)


@pytest.mark.parametrize(
    "token",
    [
        *(
            "",
            "x",
            "a.b",
            "a.b.c",
            "a.b.c.d.e",
            "....",
            "\u00e9.\u00e9.\u00e9",
            "x" * (LONGEST + 1),
        ),
        raw({"alg": "HS256"}, signature=b"x"),
        signed(b"\xff\xfe"),
        signed(b"[" * 5_000),
        signed(b'{"id": "x"'),
    ],
)
def test_what_is_no_token_is_refused(token):
    assert len(refused(token)) < 200


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({}, "Set one of"),
        ({"jwt_secret": SECRET, "jwt_public_key": "x"}, "Set one of"),
        ({"jwt_public_key": "x"}, "no public key in PEM"),
        ({"jwt_public_key": SECRET}, "no public key in PEM"),
        ({"jwt_secret": SECRET, "jwt_algorithm": "RS256"}, "does not fit"),
        ({"jwt_secret": SECRET, "jwt_algorithm": "none"}, "does not fit"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_at_once(config, why):
    with pytest.raises(KeyConfigError, match=why):
        JwtVerifier(AuthConfig(**config), lambda: NOW)


def test_keys_of_other_kinds_are_refused():
    pem = public_pem("RS256")
    with pytest.raises(KeyConfigError, match="not a secret"):
        verifier(jwt_secret=pem)
    small = rsa.generate_private_key(65_537, 1_024).public_key()
    small_pem = small.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(KeyConfigError, match="1024 bits"):
        verifier(jwt_secret="", jwt_public_key=small_pem)
    for curve in ("X25519", "Ed448"):
        other = OKPKey.generate_key(curve).as_pem(private=False).decode()
        with pytest.raises(KeyConfigError, match=curve):
            verifier(jwt_secret="", jwt_public_key=other)


def test_a_key_on_one_line_is_read():
    pem = public_pem("ES256").replace("\n", "\\n")
    token = signed(ALICE, private("ES256"), "ES256")
    assert verifier(jwt_secret="", jwt_public_key=pem).verify(token).user.id == "alice"


def test_a_transform_that_does_not_parse_is_refused_at_once():
    with pytest.raises(ExpressionError):
        verifier(jwt_transform="{id: ")
