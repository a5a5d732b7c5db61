"""What editors are told."""

import pytest

from callboard.lsp.analysis import Analysis
from callboard.lsp.completion import complete
from callboard.lsp.naming import definition, hover

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
    return {item.text for item in complete(analysis, number, len(line) + 1)}


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
    assert definition(analysis, 15, 12) == analysis.key_place("states", "asked")
    assert analysis.key_place("states", "asked")[0] == 16
    assert "Ask for leave." in (hover(analysis, 14, 10) or "")


def test_the_outline_lists_every_part() -> None:
    outline = {group.name: [part.name for part in group.parts] for group in analysed().symbols()}
    assert outline == {
        "states": ["initial", "asked"],
        "actions": ["ask"],
        "actors": ["employee", "manager"],
        "vars": ["days"],
    }
    states = analysed().symbols()[0]
    assert states.place == (12, 1)


def test_names_survive_a_broken_line() -> None:
    analysis = analysed()
    analysis.update(TEXT + "  broken: [\n")
    assert "asked" in analysis.names("state")


EXPRESSIONS = """vars:
  loan:
    title: Loan
    properties:
      book: { type: string, title: Book }
      of: { properties: { days: integer } }
actors:
  reader: { title: Reader, properties: { card: string } }
states:
  initial:
    title: !tpl '{{ actors.reader.title }} wants {{ vars.loan.book }}'
    description: !ref vars.loan.of.days
    transitions:
      - { on: lend, goto: (lent) }
      - { on: wait, goto: ~ }
"""


def at(line: int, text: str, offset: int = 1) -> tuple[int, int]:
    return line, EXPRESSIONS.split("\n")[line - 1].index(text) + 1 + offset


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (at(11, "actors.reader", 9), "**actor `reader`**\n\nReader"),
        (at(11, "vars.loan", 6), "**variable `loan`**\n\nLoan"),
        (at(12, "vars.loan", 2), "**variable `loan`**\n\nLoan"),
        (at(14, "(lent)"), "**end state `(lent)`**\n\nNot declared; transitions name it."),
        (at(14, "lend"), "**action `lend`**\n\nNot declared; transitions name it."),
        (at(15, "goto"), "null stays in the state without restarting its clock"),
        (at(14, "on:"), "The action on which it is taken"),
        (at(13, "transitions"), "The ways out."),
    ],
)
def test_hover_says_what_a_word_means(place: tuple[int, int], said: str) -> None:
    assert said in (hover(analysed(EXPRESSIONS), *place) or "")


def test_a_name_in_an_expression_has_a_definition() -> None:
    analysis = analysed(EXPRESSIONS)
    assert definition(analysis, *at(11, "vars.loan", 6)) == (2, 3)
    assert definition(analysis, *at(11, "actors.reader", 9)) == (8, 3)
    assert definition(analysis, *at(14, "(lent)")) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    x: !ref vars.loan.", {"book", "of"}),
        ("    x: !ref vars.loan.of.", {"days"}),
        ("    x: !ref actors.reader.", {"id", "title", "role", "card"}),
        ("    x: !tpl '{{ vars.loan.", {"book", "of"}),
    ],
)
def test_completion_knows_properties(line: str, expected: set[str]) -> None:
    analysis = analysed(EXPRESSIONS)
    analysis.update(f"{EXPRESSIONS}{line}\n")
    assert {item.text for item in complete(analysis, 16, len(line) + 1)} == expected


def test_completion_of_goto_knows_ends_that_only_transitions_name() -> None:
    assert "(approved)" in proposals("    goto: ")
    assert "(done)" not in proposals("    goto: ")
    analysis = analysed("states:\n  initial: { on: go, goto: ~ }\n")
    assert {item.text for item in complete(analysis, 2, 27)} == {"initial", "(done)"}


def test_a_file_that_starts_broken_has_names() -> None:
    text = "actors:\n  clerk: {}\nstates:\n  initial: [\n  open:\n    on: file\n    goto: \n"
    analysis = analysed(text)
    assert analysis.document is None
    assert {item.text for item in complete(analysis, 7, 11)} == {"initial", "open", "(done)"}
    assert {item.text for item in complete(analysis, 6, 9)} == {"file"}


@pytest.mark.parametrize(
    "text",
    ["services:\n  web: { image: nginx }\n", "- a\n- b\n", "services: [\n", "# nothing\n", ""],
)
def test_other_yaml_files_are_left_alone(text: str) -> None:
    analysis = analysed(text)
    assert analysis.diagnostics() == []
    assert analysis.symbols() == []
