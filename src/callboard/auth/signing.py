"""Ed25519 keys by which checkpoints are signed, and by which they are checked.

Theory: a key is named by its RFC 7638 thumbprint, so a name cannot stand for another key. Public
keys outlive the private one: what was signed before a change can still be checked.

Invariants: nothing that leaves here but `new_key` has private parts. A key set from elsewhere is
read by what its keys are, not by what they are called.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from callboard.auth.keys import KeyConfigError
from callboard.core.values import Json, JsonObject

_CURVE: Final = "Ed25519"
_ALGORITHM: Final[Any] = JWSRegistry.algorithms["EdDSA"]


class Ed25519Signer:
    """The signer of `ports.signing`, by a private key in PEM and the public keys of older ones.

    Raises KeyConfigError when the text is no private Ed25519 key in PEM.
    """

    def __init__(self, pem: str, older: Iterable[JsonObject] = ()) -> None:
        self._key = _private(pem)
        self.kid = self._key.thumbprint()
        self.learn(older)

    def learn(self, keys: Iterable[JsonObject]) -> None:
        """Know these public keys, and the own one."""
        others = {name: key for name, key in known_keys(list(keys)).items() if name != self.kid}
        self._keys = {self.kid: self._key} | others
        self._published = (published(self._key), *(published(key) for key in others.values()))

    def sign(self, message: bytes) -> str:
        """The signature, in base64url without padding."""
        signature: bytes = _ALGORITHM.sign(message, self._key)
        return base64.urlsafe_b64encode(signature).rstrip(b"=").decode()

    def public_keys(self) -> Sequence[JsonObject]:
        """JWKs without private parts: the one that signs now first."""
        return self._published

    def holds(self, kid: str, message: bytes, signature: str) -> bool:
        """Whether a signature is by the key of that name; False for a name that is not known."""
        return signature_holds(self._keys, kid, message, signature)


def new_key() -> str:
    """A new private key, in PEM."""
    return _pem(OKPKey.generate_key(_CURVE))


def published(key: OKPKey) -> JsonObject:
    """A public key as it is published."""
    parts = key.as_dict(private=False)
    return {
        "kty": "OKP",
        "crv": _CURVE,
        "x": str(parts["x"]),
        "kid": key.thumbprint(),
        "use": "sig",
        "alg": "EdDSA",
    }


def known_keys(published_keys: Json) -> dict[str, OKPKey]:
    """The Ed25519 keys of a list of JWKs, by their thumbprints; anything else is left out."""
    found: dict[str, OKPKey] = {}
    for item in published_keys if isinstance(published_keys, list) else ():
        if not isinstance(item, dict) or (item.get("kty"), item.get("crv")) != ("OKP", _CURVE):
            continue
        try:
            key = OKPKey.import_key({"kty": "OKP", "crv": _CURVE, "x": str(item.get("x"))})
            found[key.thumbprint()] = key
        except (ValueError, TypeError, KeyError, JoseError):
            continue
    return found


def signature_holds(keys: Mapping[str, OKPKey], kid: str, message: bytes, signature: str) -> bool:
    """Whether a signature is by the key of that name; False for a name that is not there."""
    key = keys.get(kid)
    if key is None:
        return False
    try:
        raw = base64.b64decode(signature + "=" * (-len(signature) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(_ALGORITHM.verify(message, raw, key))


def _private(pem: str) -> OKPKey:
    try:
        key = OKPKey.import_key(pem.replace("\\n", "\n"))
    except (ValueError, TypeError, KeyError, JoseError):
        key = None
    if key is None or not key.is_private or key.curve_name != _CURVE:
        raise KeyConfigError("auth.signing_key is no private Ed25519 key in PEM.")
    return key


def _pem(key: OKPKey) -> str:
    return key.as_pem(private=True).decode()
