"""What proves what happened."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import INTEGER, OBJECT, TEXT, UUID, array, described, record, ref

CHECKPOINT: Final = record(
    {
        "process": UUID,
        "events": described(INTEGER, "How many events the chain had."),
        "head": described(TEXT, "Hash of the last one."),
        "at": described(TEXT, "When it was signed."),
        "kid": described(TEXT, "The key that signed, by its RFC 7638 thumbprint."),
        "signature": described(
            TEXT, "Ed25519, base64url, over the canonical JSON (RFC 8785) of the other fields."
        ),
    },
    required=("process", "events", "head", "at", "kid", "signature"),
    about="What the engine signed of a chain.",
)

SIGNING_KEY: Final = record(
    {
        "kty": {"type": "string", "const": "OKP"},
        "crv": {"type": "string", "const": "Ed25519"},
        "x": described(TEXT, "The public key, base64url."),
        "kid": described(TEXT, "Its RFC 7638 thumbprint."),
        "use": {"type": "string", "const": "sig"},
        "alg": {"type": "string", "const": "EdDSA"},
    },
    required=("kty", "crv", "x", "kid", "use", "alg"),
    about="A public key by which checkpoints are signed, or were.",
)

SIGNING_KEYS: Final = record(
    {"keys": array(ref("SigningKey"))},
    required=("keys",),
    about="All of them, as a JWK set (RFC 7517); the one that signs now first.",
)

PROOF: Final = record(
    {
        "ok": {"type": "boolean"},
        "events": described(INTEGER, "How many events the chain has."),
        "head": described(TEXT, "Hash of the last one."),
        "code": described(TEXT, "What does not hold."),
        "message": TEXT,
        "event": described(INTEGER, "Index of the event that does not hold, from 0."),
        "compared": described(INTEGER, "How many checkpoints the chain was compared with."),
        "checkpoints": described(array(ref("Checkpoint")), "The newest of them, the newest last."),
    },
    required=("ok", "events", "head", "compared", "checkpoints"),
    about="Whether a chain holds, leads to the stored process, and fits what was signed of it.",
)

BUNDLE: Final = record(
    {
        "format": {"type": "string", "const": "callboard-bundle"},
        "version": {"type": "integer", "const": 1},
        "scenario": ref("Scenario"),
        "schemas": described(OBJECT, "The schemas that the scenario refers to, by address."),
        "process": described(OBJECT, "The process with its events; `scenario` is an id."),
        "checkpoints": described(array(ref("Checkpoint")), "The newest ones, the newest last."),
        "keys": described(array(ref("SigningKey")), "The keys that sign here, or did."),
    },
    required=("format", "version", "scenario", "schemas", "process", "checkpoints", "keys"),
    about="All that is needed to check a process elsewhere.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "Bundle": BUNDLE,
    "Checkpoint": CHECKPOINT,
    "Proof": PROOF,
    "SigningKey": SIGNING_KEY,
    "SigningKeys": SIGNING_KEYS,
}
