"""The defaults of schemas."""

from callboard.core.limits import Limits
from callboard.core.schema import default_of
from callboard.core.values import ABSENT


def test_default_comes_before_const_and_properties() -> None:
    schema = {"default": None, "const": 1, "properties": {"a": {"default": 2}}}
    assert default_of(schema) is None
    assert default_of({"const": 0, "properties": {"a": {"default": 2}}}) == 0


def test_properties_without_a_default_are_left_out() -> None:
    inner = {"properties": {"on": {"default": False}, "by": {"type": "string"}}}
    schema = {"properties": {"deep": inner, "none": {"properties": {"x": {}}}}}
    assert default_of(schema) == {"deep": {"on": False}}


def test_nothing_has_no_default() -> None:
    assert default_of({"properties": {}}) is ABSENT
    assert default_of(True) is ABSENT
    assert default_of(None) is ABSENT


def test_references_inside_the_schema_are_followed() -> None:
    schema = {
        "$defs": {"a b": {"default": 1}, "c": {"$anchor": "here", "const": 2}},
        "properties": {"a": {"$ref": "#/$defs/a%20b"}, "c": {"$ref": "#here"}},
    }
    assert default_of(schema) == {"a": 1, "c": 2}


def test_what_stands_beside_a_reference_goes_first() -> None:
    schema = {"$defs": {"a": {"default": 1}}, "$ref": "#/$defs/a", "default": 2}
    assert default_of(schema) == 2


def test_a_reference_to_elsewhere_has_no_default() -> None:
    assert default_of({"$ref": "https://schemas.example.com/a"}) is ABSENT
    assert default_of({"$ref": "#/nowhere"}) is ABSENT


def test_a_circle_ends_whatever_the_order_of_keys() -> None:
    node = {"properties": {"value": {"default": 1}, "next": {"$ref": "#/$defs/node"}}}
    assert default_of({"$ref": "#/$defs/node", "$defs": {"node": node}}) == {"value": 1}
    a = {"properties": {"x": {"default": 1}, "b": {"$ref": "#/$defs/b"}}}
    b = {"properties": {"y": {"default": 2}, "a": {"$ref": "#/$defs/a"}}}
    both = {"p": {"$ref": "#/$defs/a"}, "q": {"$ref": "#/$defs/b"}}
    found = default_of({"$defs": {"a": a, "b": b}, "properties": both})
    assert found == default_of(
        {"properties": dict(reversed(both.items())), "$defs": {"b": b, "a": a}}
    )
    assert found == {"p": {"x": 1, "b": {"y": 2}}, "q": {"y": 2, "a": {"x": 1}}}


def test_defaults_that_multiply_beyond_the_limit_are_none() -> None:
    defs: dict[str, object] = {"d30": {"default": 1}}
    for index in range(30):
        following = {"$ref": f"#/$defs/d{index + 1}"}
        defs[f"d{index}"] = {"properties": {"a": following, "b": following}}
    assert default_of({"$ref": "#/$defs/d0", "$defs": defs}) is ABSENT
    assert default_of({"$ref": "#/$defs/d28", "$defs": defs}) is not ABSENT
    assert (
        default_of({"$ref": "#/$defs/d28", "$defs": defs}, limits=Limits(schema_cost=3)) is ABSENT
    )
