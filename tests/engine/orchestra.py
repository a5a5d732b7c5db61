"""An engine that is a service itself, and scenarios that ask it for something."""

from __future__ import annotations

from typing import Any

from callboard.engine import Engine
from callboard.engine.worker import Worker
from callboard.ports.caller import Caller
from callboard.ports.orchestration import OrchestrationConfig
from callboard.transports.orchestration import Inside
from tests.engine.world import ADMIN, ALICE, BOB, CountedIds, act, begin

PARENT = """
title: Hiring
name: hiring
version: 1.0.0
actors: {recruiter: {role: support}}
actions:
  ask: {actor: recruiter, response: {}, update: vars.asked}
  took: {actor: service:engine, response: {}, update: vars.answer}
  late: {actor: recruiter}
vars: {asked: {}, answer: {}}
states:
  initial: {on: ask, goto: asked}
  asked:
    notify: {service: engine, trigger: took, message: !ref vars.asked}
    transitions:
      - {on: took, goto: (done)}
      - {on: late, goto: (late)}
"""
"""What is asked is said by whoever starts it: what a message says may come from anybody."""

CHILD = """
title: Check
name: check
version: 1.0.0
actors: {checker: {role: management}}
actions:
  begin: {actor: [checker, "service:engine"], response: {}, update: vars.given}
  pass: {actor: checker, response: {}, update: result}
  hurry: {actor: service:engine, response: {type: integer}}
vars: {given: {}}
states:
  initial: {on: begin, goto: open}
  open:
    transitions:
      - {on: hurry, goto: ~}
      - {on: pass, goto: (passed)}
"""

TWICE = """
title: Twice
name: twice
version: 1.0.0
actors: {recruiter: {role: support}}
actions:
  ask: {actor: recruiter, response: {}}
  began:
    actor: service:engine
    response: {}
    update: {set: vars.child, value: !ref current.response.process}
  took: {actor: service:engine, response: {}, update: vars.answer}
vars: {child: string, answer: {}}
states:
  initial: {on: ask, goto: starting}
  starting:
    notify: {service: engine, trigger: began, message: {start: check, action: begin}}
    on: began
    goto: hurrying
  hurrying:
    notify:
      service: engine
      trigger: took
      message: {step: !ref vars.child, action: hurry, response: 7}
    on: took
    goto: (done)
"""
"""One that starts a process and then steps it."""

MOTHER = """
title: Mother
name: mother
version: 1.0.0
actors: {recruiter: {role: support}}
actions:
  ask: {actor: recruiter, response: {}}
  began: {actor: service:engine, response: {}}
  hear: {actor: service:engine, response: {}, update: vars.heard}
vars: {heard: {}}
states:
  initial: {on: ask, goto: starting}
  starting:
    notify:
      service: engine
      trigger: began
      message: {start: daughter, action: begin, response: !ref id}
    on: began
    goto: waiting
  waiting: {on: hear, goto: (heard)}
"""

DAUGHTER = """
title: Daughter
name: daughter
version: 1.0.0
actions:
  begin: {actor: service:engine, response: string, update: vars.mother}
  told: {actor: service:engine, response: {}}
vars: {mother: string}
states:
  initial: {on: begin, goto: telling}
  telling:
    notify:
      service: engine
      trigger: told
      message: {step: !ref vars.mother, action: hear, response: hello}
    on: told
    goto: (done)
"""
"""Two of which the second speaks to the first."""

SECRET = CHILD.replace("name: check", "name: secret").replace("title: Check", "title: Secret")
"""Another scenario, which the settings do not name."""

ALLOWED = OrchestrationConfig(scenarios=("check", "hiring"), actions=("begin", "hurry", "took"))


class Stage:
    """An engine with services of its own, and what is due for them."""

    def __init__(self, store: Any, clock: Any, run: Any, **services: OrchestrationConfig) -> None:
        self.store, self.clock, self.run = store, clock, run
        ways = {name: Inside(config) for name, config in services.items()}
        self.engine = Engine(store, clock, CountedIds(), services=ways, orchestrations=services)
        for text in (PARENT, CHILD, SECRET):
            self.keep(text)

    def keep(self, text: str) -> None:
        self.run(self.engine.scenarios.store(ADMIN, text, "application/yaml"))

    def ask(self, order: Any, scenario: str = "hiring") -> str:
        """Start a process that asks for this, and let it be done; its id."""
        process: str = begin(self.engine, self.run, ALICE, scenario, "ask", order)["id"]
        self.work()
        return process

    def work(self, service: str = "engine", **delta: float) -> int:
        """Do what is due, and what is due because of that; how much it was."""
        self.clock.move(**delta)
        do = self.engine.delivery.deliver
        worker = Worker(self.store, self.clock, "notify", do, service=service)
        done, count = 0, -1
        while count:
            count = self.run(worker.work())
            done += count
        return done

    def act(self, process: str, action: str, response: Any = None, who: Caller = BOB) -> Any:
        done = act(self.engine, self.run, who, process, action, response=response)
        assert not done.reasons
        return done

    def shown(self, process: str) -> dict[str, Any]:
        document: dict[str, Any] = self.run(self.engine.processes.get(ADMIN, process)).document
        return document

    def answer(self, process: str) -> Any:
        """What was answered to a process, None before it was."""
        document = self.shown(process)
        return document["vars"].get("answer") if document["current"]["key"] == "(done)" else None

    def tries(self, process: str) -> list[tuple[str, str]]:
        found = self.run(self.store.jobs.attempts(process))
        return [(attempt.outcome, attempt.detail) for attempt in found]

    def refused(self, process: str) -> str:
        """Why a process got no answer and will get none."""
        assert self.answer(process) is None
        failed = self.run(self.store.jobs.failed(None, 99))
        (one,) = [item for item in failed if item.job.process == process]
        assert one.last.outcome == "failed"
        return str(one.last.detail)

    def of(self, scenario: str) -> list[str]:
        """All processes of a scenario, oldest first."""
        (key,) = self.run(self.store.scenario_ids(scenario))
        return [r.id for _, r in self.run(self.store.processes_of(key, None, 99))]


def start(**more):
    return {"start": "check", "action": "begin", **more}
