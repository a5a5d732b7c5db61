"""Every metric there is, by name; the reference of the API is written from these.

Invariant: labels have few values: operations of the API, statuses, kinds and codes of this program.
"""

from __future__ import annotations

from typing import Final

from callboard.telemetry.protocol import Metric

__all__ = ["METRICS"]

SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
LONG_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
GROUPS: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)

REQUESTS: Final = Metric(
    "histogram",
    "callboard_request_seconds",
    "Requests that were answered, and how long that took.",
    ("operation", "status"),
    SECONDS,
)
WORKING: Final = Metric("gauge", "callboard_requests_under_way", "Requests that are worked on now.")
STREAMS: Final = Metric("gauge", "callboard_streams_open", "Event streams that are open now.")
STEPS: Final = Metric(
    "counter",
    "callboard_steps",
    "Steps that were stored, by kind (start, step, timeout) and result (taken, refused).",
    ("kind", "result"),
)
REFUSALS: Final = Metric(
    "counter", "callboard_refusals", "Reasons for which steps were refused.", ("code",)
)
REPLIES: Final = Metric(
    "counter",
    "callboard_replies",
    "Answers of services that came later, by what became of them (taken, refused, unknown).",
    ("result",),
)
COMMITS: Final = Metric(
    "histogram",
    "callboard_commit_seconds",
    "Commits of the database, and how long writing and flushing took.",
    ("result",),
    SECONDS,
)
GROUP: Final = Metric(
    "histogram",
    "callboard_commit_writes",
    "How many writes shared a commit.",
    buckets=GROUPS,
)
QUEUE: Final = Metric(
    "gauge", "callboard_writes_waiting", "Writes that wait for the database's writer now."
)
FILE: Final = Metric("gauge", "callboard_database_bytes", "Size of the database.", shared=True)
LOG: Final = Metric(
    "gauge",
    "callboard_database_log_bytes",
    "Size of the write-ahead log beside the database.",
    shared=True,
)
READY: Final = Metric("gauge", "callboard_ready", "1 while `/readyz` says so, else 0.")
JOBS: Final = Metric(
    "gauge",
    "callboard_jobs_pending",
    "Timers and notifications that wait for their time; 100000 is so many or more.",
    shared=True,
)
LAG: Final = Metric(
    "gauge",
    "callboard_jobs_lag_seconds",
    "How long the oldest of those that are due has been due; 0 when none is.",
    shared=True,
)
OTHER: Final = "other"
"""The label of all services that nobody configured."""
DELIVERIES: Final = Metric(
    "histogram",
    "callboard_delivery_seconds",
    "Tries to notify services, and how long until they answered: by service (`other` for all that "
    "nobody configured) and outcome (delivered, sent, answered, failed, refused).",
    ("service", "outcome"),
    LONG_SECONDS,
)
GIVEN_UP: Final = Metric(
    "gauge",
    "callboard_notifications_given_up",
    "Notifications that were given up, and wait for an operator; 10000 is so many or more.",
    ("service",),
    shared=True,
)
HELD_BACK: Final = Metric(
    "counter",
    "callboard_messages_held_back",
    "Messages that had to wait, because their process sent more than `engine.messages_per_minute`.",
)
WORKER_UP: Final = Metric(
    "gauge",
    "callboard_worker_up",
    "With `workers`: 1 for each that answered when its numbers were asked for, else 0.",
    ("worker",),
)
OVERTAKEN: Final = Metric(
    "counter",
    "callboard_claims_overtaken",
    "Jobs (timer, notify) whose claim had run out before they were done, so that what was to be "
    "written for them was refused: `engine.lease_seconds` is too short, or this engine was halted.",
    ("kind",),
)
INFO: Final = Metric(
    "gauge", "callboard_info", "1, with the version of this program.", ("version",)
)

METRICS: Final = (
    *(REQUESTS, WORKING, STREAMS, STEPS, REFUSALS, REPLIES),
    *(DELIVERIES, GIVEN_UP, HELD_BACK, OVERTAKEN),
    *(COMMITS, GROUP, QUEUE, FILE, LOG, READY, JOBS, LAG, INFO, WORKER_UP),
)
