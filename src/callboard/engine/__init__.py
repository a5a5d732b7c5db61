"""The engine: use cases, each one transaction. Whoever calls it (HTTP, a timer, the command line)
brings a `Caller` and a command, and gets a record or an error of `callboard.errors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from callboard.core.expression import BUILTINS, Functions
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.engine.admin import Admin
from callboard.engine.answering import Answering
from callboard.engine.apikeys import ApiKeys
from callboard.engine.cache import ScenarioCache, Schemas
from callboard.engine.checking import Checking
from callboard.engine.config import EngineConfig
from callboard.engine.delivery import Delivery
from callboard.engine.departed import Departed
from callboard.engine.erasing import Erasing
from callboard.engine.explaining import Explaining
from callboard.engine.fetching import Fetching
from callboard.engine.idempotency import Answers
from callboard.engine.inbox import Inbox
from callboard.engine.listing import Listing
from callboard.engine.migrating import Migrating
from callboard.engine.notifications import Notifications
from callboard.engine.orchestrating import Orchestrating
from callboard.engine.pace import Pace
from callboard.engine.picturing import Picturing
from callboard.engine.processes import Processes
from callboard.engine.proving import Proving
from callboard.engine.reading import Reading
from callboard.engine.replies import Replies
from callboard.engine.retry import Turns
from callboard.engine.scenarios import Scenarios
from callboard.engine.scope import Scopes
from callboard.engine.streaming import Streaming
from callboard.engine.timers import Timers
from callboard.engine.workload import Workload
from callboard.ports.clock import Clock, Ids
from callboard.ports.orchestration import OrchestrationConfig
from callboard.ports.schemas import SchemaSource
from callboard.ports.signing import Signer
from callboard.ports.store import Store
from callboard.ports.transport import Transport
from callboard.telemetry import SILENT, Telemetry

__all__ = ["Engine", "EngineConfig"]


class Engine:
    """The use cases over one store, by what they are about: `scenarios`, `processes`,
    `inbox`, `api_keys`, `admin`, `streaming`.

    `schemas` gives the schemas that scenarios may refer to, by URI; `functions` those that their
    expressions may call; `limits` bounds all that comes from strangers; `telemetry` is told
    what happens; `services` are the ways to those that are notified, by name; `orchestrations` the
    settings of those among them that are the engine itself; `signer` signs checkpoints, without it
    none are made; `web` is where schemas are fetched from, without it none are.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        config: EngineConfig | None = None,
        *,
        schemas: Schemas = dict,
        functions: Functions = BUILTINS,
        limits: Limits = DEFAULT_LIMITS,
        telemetry: Telemetry = SILENT,
        services: Mapping[str, Transport] = MappingProxyType({}),
        orchestrations: Mapping[str, OrchestrationConfig] = MappingProxyType({}),
        signer: Signer | None = None,
        web: SchemaSource | None = None,
    ) -> None:
        config, turns, departed = config or EngineConfig(), Turns(), Departed()
        cache = ScenarioCache(store, config, schemas=schemas, functions=functions, limits=limits)
        workload, fetching = Workload(), Fetching(web)
        names = services.keys() | orchestrations.keys()
        self.scenarios = Scenarios(store, cache, clock, config, names, fetching)
        scopes, reading = Scopes(store, cache), Reading(store, cache, workload)
        self.timers = Timers(store, reading, clock, workload, telemetry)
        answering = Answering(store, reading, clock, workload, names, telemetry)
        self.replies = Replies(store, clock, answering, telemetry)
        self.notifications = Notifications(store, clock, reading)
        self.explaining = Explaining(reading, workload)
        self.proving = Proving(store, reading, clock, signer)
        self.checking = Checking(cache, names, fetching)
        self.picturing = Picturing(self.scenarios, reading)
        self.processes = Processes(
            *(store, cache, clock, ids, config, turns, workload),
            *(Answers(store, clock, turns), Listing(store, cache, config, scopes)),
            *(reading, telemetry),
        )
        orchestrating = Orchestrating(store, clock, self.processes, orchestrations)
        self.delivery = Delivery(
            *(store, clock, answering, orchestrating, config, services),
            pace=Pace(config.messages_per_minute, shared=store.rates),
        )
        self.admin = Admin(
            *(store, clock, config, turns, workload, reading),
            migrating=Migrating(store, cache, clock, config, turns, workload, reading),
            erasing=Erasing(store, clock, config, turns, reading, departed),
        )
        self.inbox = Inbox(store, cache, clock, config, scopes, reading)
        self.api_keys = ApiKeys(store, clock, ids, config)
        self.streaming = Streaming(store, cache, clock, self.inbox, departed)
