"""Issuing API keys: what makes sense, and never more than the issuer has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callboard.engine import Engine, EngineConfig
from callboard.engine.commands import IssueCommand
from callboard.errors import ForbiddenError, InvalidError, NotFoundError
from callboard.ports.caller import Caller, KeyIdentity, ProcessLimit
from callboard.ports.tokens import digest_of, is_well_formed
from tests.engine.world import ADMIN, ALICE, CountedIds, user

READ = ("process:read",)
ISSUER = ("apikey:issue", "process:read", "process:step")


def issue(engine, run, caller=ADMIN, privileges=READ, **more):
    return run(engine.api_keys.issue(caller, IssueCommand("Key", privileges, **more)))


def issuer(*limits, service=None, privileges=ISSUER, expires=None):
    return Caller(frozenset(privileges), key=KeyIdentity("k", limits, service), expires=expires)


def test_the_token_is_kept_as_a_digest_alone(engine, run):
    record, token = issue(engine, run, description="What for")
    assert is_well_formed(token)
    assert (record.digest, record.hint) == (digest_of(token), token[:8])
    assert run(engine.api_keys.list(ADMIN)) == [record]
    assert (record.issuer, record.last_used, record.revoked) == ("user:root", None, None)


def test_two_tokens_differ(engine, run):
    assert issue(engine, run)[1] != issue(engine, run)[1]


@pytest.mark.parametrize(
    ("given", "expiration", "days"),
    [
        ({}, "2026-01-31T12:00:00.000Z", 30),
        ({"expiration_days": 1}, "2026-01-02T12:00:00.000Z", 1),
        ({"expiration": "2026-06-01T02:00:00+02:00"}, "2026-06-01T00:00:00.000Z", None),
    ],
)
def test_a_key_ends(engine, run, given, expiration, days):
    record, _ = issue(engine, run, **given)
    assert (record.expiration, record.expiration_days) == (expiration, days)


def test_how_long_a_key_lasts_is_configured(store, clock, run):
    engine = Engine(store, clock, CountedIds(), EngineConfig(key_days=7))
    assert issue(engine, run)[0].expiration_days == 7


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"privileges": ("process:reed",)}, "/privileges"),
        ({"expiration_days": 0}, "/expirationDays"),
        ({"expiration_days": 10**9}, "/expirationDays"),
        ({"expiration": "tomorrow"}, "/expiration"),
        ({"expiration": "2026-06-01T00:00:00"}, "/expiration"),
        ({"expiration": "2026-01-01T12:00:00Z"}, "/expiration"),
        ({"expiration_days": 1, "expiration": "2026-06-01T00:00:00Z"}, "/expiration"),
        ({"processes": ({"actor": ["x"]},)}, "/processes/0/actor"),
        ({"processes": ({}, {"actors": "x"})}, "/processes/1/actors"),
        ({"processes": ({"actions": [1]},)}, "/processes/0/actions"),
        ({"processes": ({"scenario": None},)}, "/processes/0/scenario"),
        ({"service": " "}, "/service"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(engine, run, wrong, pointer):
    with pytest.raises(InvalidError) as caught:
        issue(engine, run, **wrong)
    assert [reason.pointer for reason in caught.value.reasons] == [pointer]
    assert run(engine.api_keys.list(ADMIN)) == []


def test_everything_that_makes_no_sense_is_told(engine, run):
    command = IssueCommand(" ", ("x", "y"), expiration_days=0, service="")
    with pytest.raises(InvalidError) as caught:
        run(engine.api_keys.issue(ADMIN, command))
    pointers = [reason.pointer for reason in caught.value.reasons]
    assert pointers == ["/name", "/privileges", "/expirationDays", "/service"]


@pytest.mark.parametrize("privilege", ["*", "process:super", "scenario:write", "apikey:revoke"])
def test_nobody_gives_a_privilege_that_it_lacks(engine, run, privilege):
    clerk = Caller(frozenset(ISSUER), user("clerk").user)
    issue(engine, run, clerk, READ)
    with pytest.raises(ForbiddenError):
        issue(engine, run, clerk, (*READ, privilege))


def test_who_may_do_much_still_gives_no_star(engine, run):
    operator = Caller(frozenset({"apikey:issue", "process:super"}), user("op").user)
    with pytest.raises(ForbiddenError):
        issue(engine, run, operator, ("*",))


LIMIT = ProcessLimit("leave", ("manager", "guest_*"), ("approve", "note"))


@pytest.mark.parametrize(
    "entry",
    [
        {"scenario": "leave", "actors": ["manager"], "actions": ["note"]},
        {"scenario": "leave", "actors": ["guest_7", "guest_*"], "actions": ["approve", "note"]},
        {"scenario": "leave", "actors": [], "actions": []},
    ],
)
def test_a_key_issues_within_its_limits(engine, run, entry):
    assert issue(engine, run, issuer(LIMIT), processes=(entry,))


@pytest.mark.parametrize(
    "entries",
    [
        (),
        ({},),
        ({"scenario": "leave"},),
        ({"scenario": "order", "actors": ["manager"], "actions": ["note"]},),
        ({"actors": ["manager"], "actions": ["note"]},),
        ({"scenario": "leave", "actors": ["employee"], "actions": ["note"]},),
        ({"scenario": "leave", "actors": ["*"], "actions": ["note"]},),
        ({"scenario": "leave", "actors": ["guest_x"], "actions": ["note"]},),
        ({"scenario": "leave", "actors": ["manager"], "actions": ["ask"]},),
        ({"scenario": "leave", "actors": ["manager"]},),
        ({"scenario": "leave", "actors": ["manager"], "actions": ["note"]}, {}),
    ],
)
def test_a_key_issues_nothing_beyond_its_limits(engine, run, entries):
    with pytest.raises(ForbiddenError):
        issue(engine, run, issuer(LIMIT), processes=entries)
    assert run(engine.api_keys.list(ADMIN)) == []


@pytest.mark.parametrize(
    ("caller", "service", "allowed"),
    [
        (issuer(service="a"), "a", True),
        (issuer(service="a"), "b", False),
        (issuer(service="a"), None, False),
        (issuer(), "a", False),
        (issuer(), None, True),
        (issuer(LIMIT), "a", False),
        (issuer(privileges=("*",)), "a", True),
        (issuer(service="a", privileges=("*",)), None, False),
    ],
)
def test_a_key_of_a_service_issues_keys_of_it(engine, run, caller, service, allowed):
    if allowed:
        assert issue(engine, run, caller, service=service)[0].service == service
    else:
        with pytest.raises(ForbiddenError):
            issue(engine, run, caller, service=service)


def test_a_key_that_is_no_actor_issues_none_that_is(engine, run):
    with pytest.raises(ForbiddenError):
        issue(engine, run, issuer(), processes=({"scenario": "leave"},))


def test_a_key_lends_no_more_time_than_it_has(engine, run):
    soon = issuer(expires=datetime(2026, 1, 3, tzinfo=UTC).timestamp())
    record, _ = issue(engine, run, soon)
    assert (record.expiration, record.expiration_days) == ("2026-01-03T00:00:00.000Z", None)
    assert issue(engine, run, soon, expiration_days=1)[0].expiration == "2026-01-02T12:00:00.000Z"
    with pytest.raises(ForbiddenError):
        issue(engine, run, soon, expiration_days=2)


def test_the_end_of_a_users_token_is_not_that_of_its_keys(engine, run):
    brief = Caller(ADMIN.privileges, ADMIN.user, expires=0.0)
    assert issue(engine, run, brief)[0].expiration_days == 30


def test_a_revoked_key_stays_revoked(engine, run, clock):
    record, _ = issue(engine, run)
    run(engine.api_keys.revoke(ADMIN, record.id))
    clock.move(days=1)
    run(engine.api_keys.revoke(ADMIN, record.id))
    assert run(engine.api_keys.list(ADMIN))[0].revoked == "2026-01-01T12:00:00.000Z"
    with pytest.raises(NotFoundError):
        run(engine.api_keys.revoke(ADMIN, "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10"))


def test_keys_are_the_business_of_who_has_the_privilege(engine, run):
    for use in (engine.api_keys.list(ALICE), engine.api_keys.revoke(ALICE, "x")):
        with pytest.raises(ForbiddenError):
            run(use)
    with pytest.raises(ForbiddenError):
        issue(engine, run, ALICE)
    revoker = Caller(frozenset({"apikey:revoke"}), user("r").user)
    assert run(engine.api_keys.list(revoker)) == []
