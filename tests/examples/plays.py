"""One way through each example for each of its ends.

A move is `(actor, action)` or `(actor, action, response)`, or a timedelta that passes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

from callboard.core.values import Json

Move: TypeAlias = tuple[str, str] | tuple[str, str, Json] | timedelta


def days(count: int) -> timedelta:
    return timedelta(days=count)


CLAIM: Json = {"purpose": "Train to Basel", "amount": 86.5, "date": "2026-01-12"}
BIG_CLAIM: Json = {"purpose": "Screen", "amount": 900, "date": "2026-01-12"}
PLAN: Json = {
    "name": "Robin",
    "account": "robin",
    "position": "Baker",
    "first_day": "2026-02-01",
    "tasks": [{"title": "Kim", "task": "Order a key"}, {"title": "IT", "task": "Set up a laptop"}],
}
TICKET: Json = {"subject": "Oven is cold", "text": "It does not heat above 80 degrees."}
ORDER: Json = {
    "supplier": "Mill & Co",
    "lines": [
        {"item": "Flour", "quantity": 4, "price": 12.5},
        {"item": "Yeast", "quantity": 2, "price": 3},
    ],
}
ARTICLE: Json = {
    "headline": "Bread of the year",
    "text": "It is dark, and it is dense, and it is good.",
}
REQUEST: Json = {
    "name": "Claire Fontaine",
    "email": "claire@example.com",
    "amount": 15_000,
    "months": 48,
    "purpose": "car",
}
BIG_REQUEST: Json = {
    "name": "Claire Fontaine",
    "email": "claire@example.com",
    "amount": 90_000,
    "months": 240,
    "purpose": "home",
    "collateral": "A house",
}


def findings(score: int, *, identity: bool = True) -> list[Move]:
    """The three findings of a loan application, in one of their six orders."""
    return [
        ("appraiser", "value_collateral", {"collateral_value": 120_000}),
        ("compliance", "check_identity", {"identity": identity}),
        ("risk", "rate_risk", {"score": score}),
    ]


CONFIRMED: Json = {"status": "accepted", "reference": "A-17"}

PLAYS: dict[tuple[str, str], list[Move]] = {
    ("expense-approval", "(approved)"): [
        ("employee", "submit", CLAIM),
        ("manager", "approve"),
    ],
    ("expense-approval", "(approved) by finance"): [
        ("employee", "submit", BIG_CLAIM),
        ("manager", "approve"),
        ("finance", "send_back", {"remark": "Wrong date"}),
        ("employee", "submit", BIG_CLAIM),
        ("manager", "approve"),
        ("finance", "approve", {"pay_on": "2026-02-01"}),
    ],
    ("expense-approval", "(rejected)"): [
        ("employee", "submit", CLAIM),
        days(5),
        ("manager", "reject", {"remark": "Not for work"}),
    ],
    ("expense-approval", "(withdrawn)"): [
        ("employee", "submit", CLAIM),
        ("manager", "send_back", {"remark": "No receipt"}),
        days(30),
    ],
    ("employee-onboarding", "(settled)"): [
        ("hr", "plan", PLAN),
        ("helper_1", "complete_task"),
        ("helper_2", "complete_task", {"note": "Serial number 5"}),
        ("hr", "welcome"),
        ("newcomer", "give_feedback", {"mood": 5}),
    ],
    ("employee-onboarding", "(settled) without a word"): [
        ("hr", "plan", PLAN),
        days(14),
        ("hr", "skip_rest"),
        ("hr", "welcome"),
        days(42),
    ],
    ("employee-onboarding", "(cancelled)"): [
        ("hr", "plan", PLAN),
        ("hr", "cancel", {"reason": "Changed plans"}),
    ],
    ("support-ticket", "(solved)"): [
        ("customer", "open", TICKET),
        ("agent", "reply", {"text": "Please turn the knob further."}),
        ("customer", "ask_again", {"text": "I did."}),
        timedelta(hours=4),
        ("lead", "reply", {"text": "We send somebody."}),
        ("customer", "close_solved", {"stars": 4}),
    ],
    ("support-ticket", "(closed)"): [
        ("customer", "open", TICKET),
        ("agent", "reply", {"text": "Please turn the knob further."}),
        days(7),
    ],
    ("support-ticket", "(withdrawn)"): [
        ("customer", "open", TICKET),
        ("customer", "ask_again", {"text": "Found it myself."}),
        ("customer", "withdraw"),
    ],
    ("purchase-order", "(closed)"): [
        ("requester", "request", ORDER),
        ("service:stock", "report_stock", {"in_stock": 2}),
        ("buyer", "order"),
        ("service:ordering", "confirm", CONFIRMED),
        ("requester", "receive", {"pieces": 2}),
        ("requester", "complain", {"problem": "No yeast"}),
        ("buyer", "settle", {"still_to_come": 2}),
        ("requester", "receive", {"pieces": 2}),
        ("buyer", "close"),
    ],
    ("purchase-order", "(declined)"): [
        ("requester", "request", ORDER),
        ("buyer", "order"),
        ("service:ordering", "refuse", {"status": "sold out", "problem": "No flour left"}),
        ("buyer", "order"),
        days(2),
        ("buyer", "decline", {"reason": "No supplier"}),
    ],
    ("editorial-review", "(published)"): [
        ("author", "hand_in", ARTICLE),
        ("editor", "request_changes", {"comments": [{"place": "Line 1", "comment": "Longer"}]}),
        ("author", "hand_in", ARTICLE),
        ("editor", "accept"),
        ("editor", "correct", {"headline": "The bread of the year", "note": "Headline"}),
        ("author", "correct", {"note": "A comma"}),
        ("author", "release"),
        ("editor", "publish", {"published_on": "2026-03-01"}),
    ],
    ("editorial-review", "(declined)"): [
        ("author", "hand_in", ARTICLE),
        days(14),
        ("editor", "decline", {"reason": "Too much bread"}),
    ],
    ("editorial-review", "(withdrawn)"): [
        ("author", "hand_in", ARTICLE),
        ("editor", "request_changes", {"comments": [{"comment": "Shorter"}]}),
        days(60),
    ],
    ("loan-application", "(signed)"): [
        ("applicant", "apply", BIG_REQUEST),
        *findings(60),
        ("underwriter", "decide", {"decision": "offer", "amount": 80_000}),
        ("applicant", "take_offer"),
    ],
    ("loan-application", "(declined)"): [
        ("applicant", "apply", BIG_REQUEST),
        *findings(60),
        ("underwriter", "decide", {"decision": "decline", "reason": "Income too low"}),
    ],
    ("loan-application", "(declined) by rule"): [
        ("applicant", "apply", REQUEST),
        *findings(90, identity=False),
    ],
    ("loan-application", "(turned_down)"): [
        ("applicant", "apply", REQUEST),
        *findings(90),
        ("applicant", "turn_down"),
    ],
    ("loan-application", "(expired)"): [
        ("applicant", "apply", REQUEST),
        days(7),
        *findings(90),
        days(14),
    ],
    ("loan-application", "(withdrawn)"): [
        ("applicant", "apply", REQUEST),
        ("applicant", "withdraw"),
    ],
}
