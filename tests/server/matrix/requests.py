"""What is asked in each row of the matrix: an operation, or several variants of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `{process}` and other places stand for the facts of the stage."""

    method: str
    path: str
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)


SCENARIO = {"title": "New", "states": {"initial": {"on": "go", "goto": "(done)"}}}
KEY = {"name": "more", "privileges": ["process:read"]}

REQUESTS = {
    "listScenarios": Request("GET", "/scenarios"),
    "storeScenario": Request("POST", "/scenarios", SCENARIO),
    "getScenario": Request("GET", "/scenarios/{ours}"),
    "getScenario~absent": Request("GET", "/scenarios/{absent}"),
    "disableScenario": Request("DELETE", "/scenarios/{later}"),
    "disableScenario~absent": Request("DELETE", "/scenarios/{absent}"),
    "validateScenario": Request("POST", "/scenarios/validate", SCENARIO),
    "drawScenario": Request("GET", "/scenarios/{ours}/diagram"),
    "drawScenario~process": Request("GET", "/scenarios/{ours}/diagram?process={process}"),
    "listProcesses": Request("GET", "/processes"),
    "listProcesses~all": Request("GET", "/processes?all=true"),
    "startProcess": Request("POST", "/processes", {"scenario": "ours"}),
    "startProcess~foreign": Request("POST", "/processes", {"scenario": "theirs"}),
    "startProcess~acting": Request("POST", "/processes", {"scenario": "ours", "action": "ask"}),
    "startProcess~naming": Request(
        "POST", "/processes", {"scenario": "ours", "actors": {"employee": {"id": "alice"}}}
    ),
    "getProcess": Request("GET", "/processes/{process}"),
    "explainProcess": Request("GET", "/processes/{process}/explain"),
    "verifyProcess": Request("GET", "/processes/{process}/verify"),
    "bundleProcess": Request("GET", "/processes/{process}/bundle"),
    "listTasks": Request("GET", "/tasks"),
    "countTasks": Request("GET", "/tasks/count"),
    "followStream": Request("HEAD", "/stream"),
    "stepProcess~note": Request("POST", "/processes/{process}/note"),
    "stepProcess~approve": Request("POST", "/processes/{process}/approve"),
    "stepProcess~check": Request("POST", "/processes/{process}/check"),
    "stepProcess~unknown": Request("POST", "/processes/{process}/dance"),
    "stepProcess~forged": Request(
        "POST", "/processes/{process}/note", headers={"as-actor": "manager"}
    ),
    "cancelProcess": Request("POST", "/admin/processes/{process}/cancel", {"reason": "Twice"}),
    "migrateProcess": Request("POST", "/admin/processes/{process}/migrate", {"to": "{later}"}),
    "migrateProcess~doing": Request(
        "POST",
        "/admin/processes/{process}/migrate",
        {"to": "{later}", "dryRun": False, "reason": "New"},
    ),
    "migrateScenario": Request("POST", "/admin/scenarios/{ours}/migrate", {"to": "{later}"}),
    "listChains": Request("GET", "/admin/processes/{process}/chains"),
    "lookAtProcess": Request("GET", "/admin/processes/{process}"),
    "findProcesses": Request("GET", "/admin/processes"),
    "findProcesses~participant": Request("GET", "/admin/processes?participant=user:alice"),
    "eraseProcesses": Request("POST", "/admin/processes/erase", {"participant": "user:alice"}),
    "eraseProcesses~doing": Request(
        "POST",
        "/admin/processes/erase",
        {"participant": "user:alice", "dryRun": False, "reason": "Asked to"},
    ),
    "eraseProcess": Request("POST", "/admin/processes/{process}/erase", {"reason": "Asked to"}),
    "getOverview": Request("GET", "/admin/overview"),
    "getStorage": Request("GET", "/admin/storage"),
    "listFailedNotifications": Request("GET", "/admin/notifications"),
    "retryNotifications": Request("POST", "/admin/notifications/retry"),
    "retryNotification": Request("POST", "/admin/notifications/{absent}/retry"),
    "listAttempts": Request("GET", "/admin/processes/{process}/notifications"),
    "moveClock": Request("POST", "/admin/clock", {"seconds": 1}),
    "getMetrics": Request("GET", "/metrics"),
    "getInfo": Request("GET", "/info"),
    "getDemoAccounts": Request("GET", "/demo-accounts"),
    "getFormat": Request("GET", "/schemas/v1.0/scenario.json"),
    "getSigningKeys": Request("GET", "/.well-known/callboard-keys"),
    "getHealth": Request("GET", "/healthz"),
    "getReadiness": Request("GET", "/readyz"),
    "getOpenApi": Request("GET", "/openapi.json"),
    "getApiDocs": Request("GET", "/api-docs"),
    "getApiDocsFile": Request("GET", "/api-docs/api-docs.css"),
    "getRoot": Request("GET", "/"),
    "getIdentity": Request("GET", "/whoami"),
    "getInterfaceConfig": Request("GET", "/ui/config"),
    "getPage": Request("GET", "/ui/processes"),
    "getPageFile": Request("GET", "/ui/static/x/style/tokens.css"),
    "listApiKeys": Request("GET", "/apikey"),
    "issueApiKey": Request("POST", "/apikey", KEY),
    "revokeApiKey": Request("DELETE", "/apikey/{key}"),
    "revokeApiKey~absent": Request("DELETE", "/apikey/{absent}"),
}
