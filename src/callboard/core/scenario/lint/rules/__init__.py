"""All rules of lint, by hand and in the order of their codes. One file each."""

from __future__ import annotations

from typing import Final

from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.rules import (
    automatic_loop,
    dead_transition,
    expression,
    function_in_schema,
    ignored_key,
    invalid_default,
    misspelt_key,
    no_way_out,
    nobody_may,
    null_key,
    open_end_state,
    same_timeout,
    semantic_version,
    shadowed_transition,
    undeclared_update,
    unknown_actor,
    unknown_keyword,
    unknown_reference,
    unknown_service,
    unknown_trigger,
    unreachable_state,
    unusable_schema,
    unused_action,
    unused_variable,
    wildcard_never_created,
)

RULES: Final[tuple[Rule, ...]] = (
    automatic_loop.RULE,
    dead_transition.RULE,
    expression.RULE,
    function_in_schema.RULE,
    ignored_key.RULE,
    invalid_default.RULE,
    misspelt_key.RULE,
    no_way_out.RULE,
    nobody_may.RULE,
    null_key.RULE,
    open_end_state.RULE,
    same_timeout.RULE,
    semantic_version.RULE,
    shadowed_transition.RULE,
    undeclared_update.RULE,
    unknown_actor.RULE,
    unknown_keyword.RULE,
    unknown_reference.RULE,
    unknown_service.RULE,
    unknown_trigger.RULE,
    unreachable_state.RULE,
    unusable_schema.RULE,
    unused_action.RULE,
    unused_variable.RULE,
    wildcard_never_created.RULE,
)
