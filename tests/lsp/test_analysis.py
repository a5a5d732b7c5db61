"""What editors are told."""

from callboard.lsp.analysis import Analysis

TEXT = """title: Leave
actors:
  employee: {title: Employee}
  manager: {}
vars:
  days: integer
actions:
  ask:
    title: Ask
    description: Ask for leave.
    actor: employee
states:
  initial:
    on: ask
    goto: asked
  asked:
    on: approve
    by: manager
    goto: (approved)
"""


def analysed(text: str = TEXT) -> Analysis:
    analysis = Analysis()
    analysis.update(text)
    return analysis


def proposals(line: str, after: str = "    on: approve\n") -> set[str]:
    text = TEXT.replace(after, f"{after}{line}\n")
    analysis = analysed()
    analysis.update(text)
    number = text.split("\n").index(line) + 1
    return {item.text for item in analysis.complete(number, len(line) + 1)}


def test_a_text_that_does_not_parse_is_marked_where_it_fails() -> None:
    found = analysed("title: x\nstates: {initial: [\n").diagnostics()
    assert [(item.code, item.severity) for item in found] == [("text", "error")]
    assert found[0].line >= 2


def test_validation_errors_stand_at_their_values() -> None:
    found = analysed(TEXT.replace("goto: asked", "goto: askd")).diagnostics()
    assert [(item.line, item.column) for item in found] == [(15, 11)]
    assert "Did you mean 'asked'?" in found[0].message


def test_completion_knows_states_actions_actors_and_functions() -> None:
    assert {"initial", "asked"} <= proposals("    goto: ")
    assert {"ask", "approve"} <= proposals("    on: ")
    assert {"employee", "manager"} == proposals("    by: ")
    assert {"vars.days", "length", "actors.employee"} <= proposals("    title: !ref ")


def test_completion_knows_the_keys_of_where_it_is() -> None:
    assert {"goto", "instructions"} <= proposals("    ")
    assert {"title", "role"} <= proposals("    ", after="  manager: {}\n")


def test_hover_and_definition() -> None:
    analysis = analysed()
    assert analysis.definition(15, 12) == analysis.key_place("states", "asked")
    assert analysis.key_place("states", "asked")[0] == 16
    assert "Ask for leave." in (analysis.hover(14, 10) or "")


def test_the_outline_lists_every_part() -> None:
    names = {symbol.name for symbol in analysed().symbols()}
    assert names == {"initial", "asked", "ask", "employee", "manager", "days"}


def test_names_survive_a_broken_line() -> None:
    analysis = analysed()
    analysis.update(TEXT + "  broken: [\n")
    assert "asked" in analysis.names("state")
