"""The key that signs checkpoints: the one that the settings give, or one that is made once and kept
in the database.

Theory: what is kept is written once and never changed, so that nodes which begin at the same moment
agree, and a kill leaves a key or none. The public part of each key that ever signed stays, so that
what it signed can be checked for good.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from callboard.auth import AuthConfig, KeyConfigError
from callboard.auth.signing import Ed25519Signer, new_key
from callboard.ports.signing import PUBLIC
from callboard.ports.store import SettingStore
from callboard.settings import SettingsError
from callboard.store.text import from_text, to_text

__all__ = ["given_key", "make_signer"]

OWN: Final = "signing-key"
_PEM: Final = "-----BEGIN"


def given_key(auth: AuthConfig) -> str | None:
    """The private key (PEM) that the settings give, by itself or as a file. Raises `SettingsError`
    when it cannot be used.
    """
    if not auth.signing_key:
        return None
    text = auth.signing_key
    try:
        if not text.lstrip().startswith(_PEM):
            text = Path(text).read_text("ascii")
        Ed25519Signer(text)
    except (OSError, ValueError):
        raise SettingsError(["auth.signing_key names no file that can be read."]) from None
    except KeyConfigError as error:
        raise SettingsError([str(error)]) from None
    return text


async def make_signer(store: SettingStore, given: str | None) -> Ed25519Signer:
    """What signs, once its public key is kept."""
    pem = given or await _own(store)
    signer = Ed25519Signer(pem)
    await store.put_setting(PUBLIC + signer.kid, to_text(signer.public_keys()[0]))
    kept = await store.settings(PUBLIC)
    return Ed25519Signer(pem, [from_text(kept[name]) for name in sorted(kept)])


async def _own(store: SettingStore) -> str:
    """The key of the database; it is made when there is none."""
    kept = await store.settings(OWN)
    if OWN not in kept:
        await store.put_setting(OWN, new_key())
        kept = await store.settings(OWN)
    return kept[OWN]
