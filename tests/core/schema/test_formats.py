"""Every format: what it takes and what it refuses."""

import pytest

from callboard.core.schema import FORMAT_NAMES, compile_schema

UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
CASES: dict[str, tuple[list[object], list[object]]] = {
    "date": (
        ["2024-02-29", "0000-01-01", 5],
        ["2023-02-29", "2024-1-1", "2024-13-01", "２０２４-01-01"],
    ),
    "time": (
        ["10:00:00Z", "10:00:00z", "10:00:00.5+01:00", "10:00:00+0100", "10:00:00-05", "23:59:60Z"],
        ["10:00:00", "24:00:00Z", "10:60:00Z", "10:00:60Z", "10:00Z", "10:00:00+24:00"],
    ),
    "date-time": (
        ["2024-01-01T10:00:00Z", "2024-01-01 10:00:00+01:00", "2024-01-01t22:59:60-01:00"],
        ["2024-01-01", "2024-01-01T10:00:00", "2024-02-30T10:00:00Z", "2024-01-01TT10:00:00Z"],
    ),
    "iso-time": (["10:00:00", "10:00:00Z"], ["10:00", "25:00:00"]),
    "iso-date-time": (["2024-01-01T10:00:00", "2024-01-01 10:00:00Z"], ["2024-01-01"]),
    "duration": (["P1D", "PT1H30M", "P1W", "P1Y2M3DT4H"], ["P", "PT", "1D", "P1W1D"]),
    "uri": (["https://example.com/a?b#c", "urn:a:b"], ["/a", "a b", "http://é"]),
    "uri-reference": (["/a", "#b", ""], ["a b", "\\"]),
    "uri-template": (["/a/{b}"], ["/a/{b"]),
    "url": (
        [
            "http://example.com",
            "https://a.example.com:8080/x?y#z",
            "ftp://u:p@example.com",
            "http://8.8.8.8",
        ],
        [
            "http://localhost",
            "http://10.0.0.1",
            "http://192.168.1.1",
            "mailto:a@b.c",
            "http://a..com",
        ],
    ),
    "email": (
        ["a@example.com", "a.b+c@mail.example.com"],
        ["a", "a@b", "@example.com", ".a@example.com", "a..b@example.com", '"a b"@example.com'],
    ),
    "hostname": (
        ["a", "a.example.com", "a.example.com."],
        ["-a", "a_b", "a" * 64, "", ".", "é.com"],
    ),
    "ipv4": (["1.2.3.4"], ["256.1.1.1", "01.2.3.4", "1.2.3"]),
    "ipv6": (["::1", "::ffff:1.2.3.4"], ["1::2::3", "[::1]"]),
    "regex": (["^a(b|c)*$", "(?=a)"], ["(", "a{2,1}", "\\Z"]),
    "uuid": ([UUID, UUID.upper(), f"urn:uuid:{UUID}"], [UUID.replace("-", ""), f"{UUID}0"]),
    "json-pointer": (["", "/a/~0~1"], ["a", "/~", "#/a"]),
    "json-pointer-uri-fragment": (["#", "#/a/%25~1"], ["/a", "#/a b", "#/%2"]),
    "relative-json-pointer": (["0", "1/a", "2#"], ["-1", "01", "/a"]),
    "byte": (["", "YQ==", "YWI=", "YWJj"], ["YQ", "YQ=", "Y===", "YQ==\n"]),
    "int32": ([1, 1.0, -(2**31), "x"], [1.5, 2**31]),
    "int64": ([2**53, None], [0.5, 1e300]),
    "float": ([1.5], []),
    "double": ([1.5], []),
    "password": (["x"], []),
    "binary": (["\x00"], []),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_format(name: str) -> None:
    checker = compile_schema({"format": name})
    good, bad = CASES[name]
    assert [value for value in good if not checker.is_valid(value)] == []
    assert [value for value in bad if checker.is_valid(value)] == []
    for value in bad:
        assert [reason.keyword for reason in checker.check(value)] == ["format"]


def test_every_format_is_tried() -> None:
    assert set(CASES) == FORMAT_NAMES


def test_an_unknown_format_is_an_annotation() -> None:
    assert compile_schema({"format": "postcode"}).is_valid("anything")


@pytest.mark.parametrize(
    ("name", "limit", "earlier", "later"),
    [
        ("date", "2024-02-29", "2024-02-28", "2024-03-01"),
        ("time", "10:00:00Z", "10:30:00+01:00", "09:30:00-01:00"),
        (
            "date-time",
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:30:00+01:00",
            "2023-12-31T23:30:00-01:00",
        ),
        ("iso-time", "10:00:00", "09:59:59.9", "10:00:00.1Z"),
        ("iso-date-time", "2024-01-01T00:00:00", "2023-12-31 23:59:59", "2024-01-01 00:00:01Z"),
    ],
)
def test_limits_of_formats(name: str, limit: str, earlier: str, later: str) -> None:
    def taken(keyword: str) -> list[bool]:
        checker = compile_schema({"format": name, keyword: limit})
        return [checker.is_valid(value) for value in (earlier, limit, later)]

    assert taken("formatMinimum") == [False, True, True]
    assert taken("formatExclusiveMinimum") == [False, False, True]
    assert taken("formatMaximum") == [True, True, False]
    assert taken("formatExclusiveMaximum") == [True, False, False]


def test_a_value_that_is_not_of_the_format_is_left_to_the_format() -> None:
    checker = compile_schema({"format": "date", "formatMinimum": "2024-01-01"})
    assert checker.is_valid(5)
    assert [reason.keyword for reason in checker.check("soon")] == ["format"]
