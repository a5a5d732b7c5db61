"""What is wrong with a value, in our words, from the errors of the native checker.

Each error becomes a Reason with the code `schema`, the place in the value, the keyword that refused
it and its parameters; the names of keywords and parameters are those of the reference, the texts
are ours. A schema's `errorMessage` takes the place of the text (specification: language, section
5.14): the innermost one counts that stands in a sub-schema on the way to the keyword, and a map
counts for the keywords it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias, TypeVar, cast

from jsonschema_rs import ValidationError, ValidationErrorKind

from callboard.core.schema.graph import Bundle
from callboard.core.values import Json, number_text
from callboard.errors import Reason

CODE: Final = "schema"

_Kind: TypeAlias = ValidationErrorKind
_K = TypeVar("_K", bound=ValidationErrorKind)

_TYPES: Final[Mapping[str, str]] = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_LONGEST: Final = 80


class Finding(NamedTuple):
    """One thing that a keyword found wrong. No keyword: that at which the error arose."""

    text: str
    params: dict[str, object]
    keyword: str | None = None


def reasons_of(error: ValidationError, bundle: Bundle) -> Iterator[Reason]:
    """The reasons that one native error comes to."""
    message = _error_message(error.evaluation_path, bundle)
    pointer = _pointer(error.instance_path)
    if isinstance(error.kind, ValidationErrorKind.PropertyNames):
        yield from _of_name(error, error.kind.error, bundle, message)
    elif isinstance(error.kind, ValidationErrorKind.FalseSchema):
        prefix = _prefix_items(error.schema_path, bundle)
        if prefix is not None:
            params: dict[str, object] = {"limit": prefix}
            text = message or f"must have at most {_counted(prefix, 'item', 'items')}"
            place = _pointer(error.instance_path[:-1])
            yield Reason(CODE, text, place, "items", {"params": params})
            return
    for finding in _findings(error, bundle):
        keyword = finding.keyword or str(error.schema_path[-1])
        details = {"params": finding.params}
        yield Reason(CODE, message or finding.text, pointer, keyword, details)


def _prefix_items(path: Sequence[str | int], bundle: Bundle) -> int | None:
    """How many items a tuple has, for an error of the `items: false` that ends it."""
    if not path or path[-1] != "items":
        return None
    schema: Json = bundle.schema
    for part in path[:-1]:
        if isinstance(schema, dict):
            schema = schema.get(str(part))
        elif isinstance(schema, list):
            schema = schema[int(part)]
    prefix = schema.get("prefixItems") if isinstance(schema, dict) else None
    return len(prefix) if isinstance(prefix, list) else None


def _of_name(
    error: ValidationError, inner: ValidationError, bundle: Bundle, message: str | None
) -> Iterator[Reason]:
    """What is wrong with the name of a property, at the object (as the reference has it)."""
    name = inner.instance
    for finding in _findings(inner, bundle):
        keyword = finding.keyword or str(error.schema_path[-1])
        params = {**finding.params, "propertyName": name}
        text = message or f"has a property {_quoted(name)} whose name {finding.text}"
        yield Reason(CODE, text, _pointer(error.instance_path), keyword, {"params": params})


def _findings(error: ValidationError, bundle: Bundle) -> list[Finding]:
    if bundle.formats:
        rewritten = _rewritten_format(error.schema_path, bundle.formats)
        if rewritten is not None:
            return [Finding(f"must be {_format(rewritten)}", {"format": rewritten}, "format")]
    describe = _DESCRIPTIONS.get(type(error.kind))
    if describe is None:
        return [Finding("does not satisfy the schema", {})]
    return describe(error.kind, error)


def _rewritten_format(path: Sequence[str | int], formats: Mapping[str, str]) -> str | None:
    return next(
        (formats[at] for at in _prefixes(path) if at in formats),
        None,
    )


def _prefixes(path: Sequence[str | int]) -> Iterator[str]:
    pointer = ""
    for part in path:
        pointer += f"/{_escape(part)}"
        yield pointer


def _error_message(path: Sequence[str | int], bundle: Bundle) -> str | None:
    """The text that the schema itself gives for an error on this way through it."""
    if not bundle.messages:
        return None
    found: str | None = None
    at = ""
    for part in path:
        message = bundle.messages.get(at)
        if isinstance(message, str):
            found = message
        elif isinstance(message, dict) and isinstance(message.get(str(part)), str):
            found = cast("str", message[str(part)])
        is_reference = part == "$ref" and at in bundle.references
        at = bundle.references[at] if is_reference else f"{at}/{_escape(part)}"
    return found


def _pointer(path: Sequence[str | int]) -> str:
    return "".join(f"/{_escape(part)}" for part in path)


def _escape(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _quoted(value: object) -> str:
    """A value as it would be written, cut when it is long."""
    if isinstance(value, str):
        text = f'"{value}"'
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, (int, float)):
        text = number_text(value)
    else:
        text = "an object" if isinstance(value, dict) else "a list"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _any_of(texts: Sequence[str]) -> str:
    return " or ".join((", ".join(texts[:-1]), texts[-1])) if len(texts) > 1 else "".join(texts)


def _format(name: str) -> str:
    return f"of the format {name}"


def _type(kind: ValidationErrorKind.Type, _: ValidationError) -> list[Finding]:
    names = sorted(kind.types, key=list(_TYPES).index)
    shown = [_TYPES.get(name, name) for name in names]
    params: dict[str, object] = {"type": names[0] if len(names) == 1 else names}
    return [Finding(f"must be {_any_of(shown)}", params)]


def _required(kind: ValidationErrorKind.Required, _: ValidationError) -> list[Finding]:
    name = kind.property
    return [Finding(f"must have the property {_quoted(name)}", {"missingProperty": name})]


def _additional(
    kind: ValidationErrorKind.AdditionalProperties | ValidationErrorKind.UnevaluatedProperties,
    _: ValidationError,
) -> list[Finding]:
    is_plain = isinstance(kind, ValidationErrorKind.AdditionalProperties)
    param = "additionalProperty" if is_plain else "unevaluatedProperty"
    return [
        Finding(f"must not have the property {_quoted(name)}", {param: name})
        for name in kind.unexpected
    ]


def _unevaluated_items(
    kind: ValidationErrorKind.UnevaluatedItems, _: ValidationError
) -> list[Finding]:
    return [Finding("must not have further items", {"unevaluatedItems": kind.unexpected})]


def _constant(kind: ValidationErrorKind.Constant, _: ValidationError) -> list[Finding]:
    value = kind.expected_value
    return [Finding(f"must be {_quoted(value)}", {"allowedValue": value})]


def _enum(kind: ValidationErrorKind.Enum, _: ValidationError) -> list[Finding]:
    options = kind.options
    shown = [_quoted(value) for value in options[:10]]
    more = "" if len(options) <= 10 else f", and {len(options) - 10} more"
    return [Finding(f"must be one of: {', '.join(shown)}{more}", {"allowedValues": options})]


_Describe: TypeAlias = Callable[[_K, ValidationError], list[Finding]]


def _limit(words: str, comparison: str) -> Callable[..., list[Finding]]:
    def describe(kind: ValidationErrorKind.Minimum, _: ValidationError) -> list[Finding]:
        params: dict[str, object] = {"comparison": comparison, "limit": kind.limit}
        return [Finding(f"must be {words} {_quoted(kind.limit)}", params)]

    return describe


def _size(words: str, one: str, many: str) -> Callable[..., list[Finding]]:
    def describe(kind: ValidationErrorKind.MinItems, _: ValidationError) -> list[Finding]:
        counted = _counted(kind.limit, one, many)
        return [Finding(f"must have {words} {counted}", {"limit": kind.limit})]

    return describe


def _plain(text: str, keyword: str | None = None) -> Callable[..., list[Finding]]:
    def describe(kind: ValidationErrorKind, _: ValidationError) -> list[Finding]:
        del kind
        return [Finding(text, {}, keyword)]

    return describe


def _multiple(kind: ValidationErrorKind.MultipleOf, _: ValidationError) -> list[Finding]:
    divisor = cast("Json", kind.multiple_of)
    return [Finding(f"must be a multiple of {_quoted(divisor)}", {"multipleOf": divisor})]


def _of_format(kind: ValidationErrorKind.Format, _: ValidationError) -> list[Finding]:
    return [Finding(f"must be {_format(kind.format)}", {"format": kind.format})]


def _pattern(kind: ValidationErrorKind.Pattern, _: ValidationError) -> list[Finding]:
    pattern = kind.pattern
    return [Finding(f"must match the pattern {_quoted(pattern)}", {"pattern": pattern})]


_FORMAT_LIMITS: Final = {
    "formatMinimum": ("must not be before", ">="),
    "formatMaximum": ("must not be after", "<="),
    "formatExclusiveMinimum": ("must be after", ">"),
    "formatExclusiveMaximum": ("must be before", "<"),
}


def _custom(kind: ValidationErrorKind.Custom, _: ValidationError) -> list[Finding]:
    words, comparison = _FORMAT_LIMITS[kind.keyword]
    params: dict[str, object] = {"comparison": comparison, "limit": kind.message}
    return [Finding(f"{words} {kind.message}", params, kind.keyword)]


_E: Final = ValidationErrorKind
_DESCRIPTIONS: Final[Mapping[type[ValidationErrorKind], Callable[..., list[Finding]]]] = {
    _E.Type: _type,
    _E.Required: _required,
    _E.AdditionalProperties: _additional,
    _E.UnevaluatedProperties: _additional,
    _E.UnevaluatedItems: _unevaluated_items,
    _E.Constant: _constant,
    _E.Enum: _enum,
    _E.Minimum: _limit("at least", ">="),
    _E.Maximum: _limit("at most", "<="),
    _E.ExclusiveMinimum: _limit("more than", ">"),
    _E.ExclusiveMaximum: _limit("less than", "<"),
    _E.MinLength: _size("at least", "character", "characters"),
    _E.MaxLength: _size("at most", "character", "characters"),
    _E.MinItems: _size("at least", "item", "items"),
    _E.MaxItems: _size("at most", "item", "items"),
    _E.MinProperties: _size("at least", "property", "properties"),
    _E.MaxProperties: _size("at most", "property", "properties"),
    _E.MultipleOf: _multiple,
    _E.Format: _of_format,
    _E.Pattern: _pattern,
    _E.Custom: _custom,
    _E.FalseSchema: _plain("is not allowed here", "false schema"),
    _E.UniqueItems: _plain("must not have the same item twice"),
    _E.Contains: _plain("has not the right number of the items it must contain", "contains"),
    _E.AnyOf: _plain("fits none of the shapes it may have"),
    _E.OneOfNotValid: _plain("fits none of the shapes it may have"),
    _E.OneOfMultipleValid: _plain("fits more than one of the shapes of which it must have one"),
    _E.Not: _plain("has a shape that is not allowed"),
    _E.PropertyNames: _plain("has a property with a name that is not allowed", "propertyNames"),
}
