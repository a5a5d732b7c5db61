"""What was done for a job that somebody else has taken meanwhile.

Theory: a claim runs out, for the one who holds it may be dead. If it was only stopped (a machine
that froze, a process that was halted) it goes on as if nothing had happened, and the database
refuses what it then writes: the job has another fence, or is gone. That is no fault, but worth
knowing: a lease that is too short looks like this too. A job that is gone while the claim still
holds is no news at all: somebody acted, and the state was left.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import Final

from callboard.ports.jobs import HeldJob
from callboard.telemetry import Telemetry
from callboard.telemetry.metrics import OVERTAKEN

__all__ = ["is_over", "note_refused"]

log: Final = logging.getLogger("callboard.worker")


def is_over(held: HeldJob) -> bool:
    """Whether the claim has run out, so that another may have the job."""
    return monotonic() > held.until


def note_refused(telemetry: Telemetry, held: HeldJob) -> None:
    """What was to be written for a job was refused; that is told where its claim had run out."""
    if not is_over(held):
        return
    telemetry.count(OVERTAKEN, (held.job.kind,))
    facts = {"job": held.job.id, "process_id": held.job.process, "fence": held.claim.fence}
    late = round(monotonic() - held.until, 1)
    log.warning(
        "a claim had run out; what was done for it is not written",
        extra={**facts, "seconds_late": late, "service": held.job.service or ""},
    )
