"""The configured key, and the algorithm that it is for (architecture 9.10).

Invariant: one key, one algorithm. The algorithm follows from the kind of the key, or is one of a
few that the configuration may choose from; what a token says of its algorithm is only compared. A
public key is never taken for a secret.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from joserfc.errors import JoseError, SecurityWarning, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from callboard.auth.config import AuthConfig
from callboard.errors import CallboardError

Key: TypeAlias = "OctKey | RSAKey | ECKey | OKPKey"

_SECRET: Final = ("HS256", "HS384", "HS512")
_RSA: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_CURVES: Final = {"P-256": ("ES256",), "P-384": ("ES384",), "P-521": ("ES512",)}
_EDWARDS: Final = ("EdDSA", "Ed25519")
"""Two names of one algorithm (RFC 8037 and RFC 9864)."""
_SMALLEST_RSA: Final = 2_048
_LONGEST_HEADER: Final = 16_384


class KeyConfigError(CallboardError):
    """The configured key cannot be used."""

    code = "key-config"


@dataclass(frozen=True, slots=True)
class ConfiguredKey:
    """A key, and the names of its one algorithm."""

    key: Key
    algorithms: tuple[str, ...]


class OneAlgorithm(JWSRegistry):
    """What checks signatures: it knows the names of one algorithm, and no other."""

    max_header_length = _LONGEST_HEADER

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(algorithms=names, strict_check_header=False)
        self._names = names
        self._algorithm = self.algorithms[names[-1]]

    def get_alg(self, name: str) -> Any:
        """The algorithm, by one of its names. Raises UnsupportedAlgorithmError."""
        if name not in self._names:
            raise UnsupportedAlgorithmError("The algorithm is another.")
        return self._algorithm


def configured_key(config: AuthConfig) -> ConfiguredKey:
    """The key that tokens are checked by. Raises KeyConfigError when there is none, or none that
    can be used.
    """
    if bool(config.jwt_secret) == bool(config.jwt_public_key):
        raise KeyConfigError("Set one of auth.jwt_secret and auth.jwt_public_key.")
    key = _secret(config.jwt_secret) if config.jwt_secret else _public(config.jwt_public_key)
    return pinned(key, config.jwt_algorithm)


def pinned(key: Key, algorithm: str = "") -> ConfiguredKey:
    """A key with its one algorithm: this one, or the usual one of its kind. Raises KeyConfigError
    for a key that is too weak, or an algorithm that is not for it.
    """
    possible = _algorithms(key)
    if possible is _EDWARDS and algorithm in ("", *_EDWARDS):
        return ConfiguredKey(key, _EDWARDS)
    if not algorithm:
        return ConfiguredKey(key, possible[:1])
    if algorithm not in possible:
        names = ", ".join(possible)
        raise KeyConfigError(f"auth.jwt_algorithm does not fit the key, which is for {names}.")
    return ConfiguredKey(key, (algorithm,))


def _secret(text: str) -> OctKey:
    try:
        return OctKey.import_key(text)
    except ValueError as error:
        raise KeyConfigError("auth.jwt_secret is a key of another kind, not a secret.") from error


def _public(text: str) -> Key:
    pem = text.replace("\\n", "\n")
    for kind in (RSAKey, ECKey, OKPKey):
        try:
            with warnings.catch_warnings():
                # It warns of small keys, which are refused here.
                warnings.simplefilter("ignore", SecurityWarning)
                return kind.import_key(pem)
        except (ValueError, TypeError, KeyError, JoseError):
            continue
    raise KeyConfigError("auth.jwt_public_key is no public key in PEM (RSA, EC or Ed25519).")


def _algorithms(key: Key) -> tuple[str, ...]:
    match key:
        case OctKey():
            return _SECRET
        case RSAKey():
            size = key.public_key.key_size
            if size < _SMALLEST_RSA:
                raise KeyConfigError(f"The RSA key has {size} bits; at least 2048 are needed.")
            return _RSA
        case ECKey() if key.curve_name in _CURVES:
            return _CURVES[key.curve_name]
        case OKPKey() if key.curve_name == "Ed25519":
            return _EDWARDS
        case _:
            raise KeyConfigError(f"Keys on the curve {key.curve_name} are not supported.")
