"""Canonical JSON against the reference implementation, and the hashes and ids made from it."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.canonical import canonical, digest, event_hash, scenario_id, uuid5
from callboard.core.values import Json, JsonObject
from callboard.errors import CanonicalError

VECTORS = Path(__file__).parents[1] / "conformance" / "vectors"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
keys = texts | st.sampled_from(["a", "b", "\ue000", "\uffff", "\U0001f334", "\ud7ff", "é"])
numbers = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-9, 9).map(float)
    | st.sampled_from([1e16, 1e20, 1e21, 1e-4, 9e-5, 1e-6, 1e-7, 5e-324, -0.0, 2.0**53, 123e18])
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_the_bytes_are_those_of_the_reference_implementation(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_canonical_json_reads_back_as_the_same_value(value: Json) -> None:
    assert json.loads(canonical(value), parse_int=float) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e16, "10000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e21, "1e+21"),
        (0.0001, "0.0001"),
        (0.00001, "0.00001"),
        (1e-7, "1e-7"),
        (4.5, "4.5"),
        ("é\u2028\x7f\x1f\n", '"é\u2028\x7f\\u001f\\n"'),
        ({"\uffff": 1, "\U0001f334": 2, "a": 3}, '{"a":3,"\U0001f334":2,"\uffff":1}'),
    ],
)
def test_values_that_encoders_write_in_different_ways(value: Json, text: str) -> None:
    assert canonical(value).decode() == text
    assert canonical([value, 203]).decode() == f"[{text},203]"  # 203 looks like a float's mark


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**53,
        -(2**53),
        2**70,
        "\ud800",
        {"\udfff": 1},
        json.loads("[" * 300 + "]" * 300),
    ],
)
def test_what_json_cannot_hold_is_refused(value: Json) -> None:
    with pytest.raises(CanonicalError, match="no canonical JSON"):
        canonical({"a": value})


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2.0, "a": 1.0})
    assert digest({}) == hashlib.sha256(b"{}").hexdigest()


def test_the_hash_of_an_event_leaves_out_its_own_hash_and_the_event_alone() -> None:
    event: JsonObject = {"timestamp": "2026-01-01T00:00:00.000Z", "hash": "x"}
    assert event_hash(event) == digest({"timestamp": "2026-01-01T00:00:00.000Z"})
    assert event["hash"] == "x"


def test_another_hash_function_can_take_the_place_of_sha256() -> None:
    assert event_hash({"a": 1, "hash": "x"}, lambda data: data.decode().upper()) == '{"A":1}'


@given(st.text(st.characters(exclude_categories=["Cs"])), st.uuids())
def test_uuid5_is_the_standard_one(name: str, namespace: uuid.UUID) -> None:
    assert uuid5(name, str(namespace)) == str(uuid.uuid5(namespace, name))
    assert uuid5(name.encode(), str(namespace)) == uuid5(name, str(namespace))


def test_the_namespace_of_a_uuid_must_be_a_uuid() -> None:
    with pytest.raises(ValueError, match="UUID"):
        uuid5("name", "no uuid")


def test_scenario_ids_are_those_of_the_vectors() -> None:
    cases = json.loads((VECTORS / "normalize.json").read_text())["cases"]
    pinned = [case for case in cases if "id" in case]
    assert len(pinned) > 10
    assert [scenario_id(case["normalized"]) for case in pinned] == [case["id"] for case in pinned]


def test_event_hashes_are_those_of_the_vectors() -> None:
    cases = json.loads((VECTORS / "process.json").read_text())["cases"]
    starts = [case["start"]["events"][0] for case in cases if "start" in case]
    assert len(starts) > 10
    assert [event_hash(event) for event in starts] == [event["hash"] for event in starts]
