"""What proves what happened."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    OBJECT,
    TEXT,
    TIME,
    UUID,
    array,
    described,
    record,
    ref,
)

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

EARLIER: Final = record(
    {
        "ok": described({"type": "boolean"}, "Whether it holds, and goes on from the one before."),
        "events": described(INTEGER, "How many events it has."),
        "head": described(TEXT, "Hash of the last one, which the next chain names."),
        "scenario": described(TEXT, "The id of its scenario; missing when it was erased."),
        "code": described(TEXT, "What does not hold."),
        "event": described(INTEGER, "Index of its event that does not hold."),
        "migrated": described(
            OBJECT,
            "What the first event of the next chain says of the migration, under its hash: the "
            "`scenario` and `head` that the process had, `timestamp`, `by` and `reason`.",
        ),
    },
    required=("ok", "events", "head"),
    about="A chain that a process had before it was migrated.",
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
        "earlier": described(
            array(ref("EarlierChain")),
            "The chains that it had before it was migrated, oldest first.",
        ),
        "erased": record(
            {
                "events": described(INTEGER, "Events, of all chains, of which the link is left."),
                "at": TIME,
                "by": TEXT,
                "reason": TEXT,
            },
            required=("events", "at", "by", "reason"),
            about="That the process was erased: only links could be checked.",
        ),
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
        "process": described(
            OBJECT,
            "The process with its events; `scenario` is an id. When it was erased: `id`, "
            "`scenario`, `erased` and the links.",
        ),
        "earlier": described(
            array(record({"events": array(OBJECT)}, required=("events",))),
            "The chains that it had before it was migrated, oldest first.",
        ),
        "checkpoints": described(array(ref("Checkpoint")), "The newest ones, the newest last."),
        "keys": described(array(ref("SigningKey")), "The keys that sign here, or did."),
    },
    required=("format", "version", "scenario", "schemas", "process", "checkpoints", "keys"),
    about="All that is needed to check a process elsewhere.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "Bundle": BUNDLE,
    "Checkpoint": CHECKPOINT,
    "EarlierChain": EARLIER,
    "Proof": PROOF,
    "SigningKey": SIGNING_KEY,
    "SigningKeys": SIGNING_KEYS,
}
