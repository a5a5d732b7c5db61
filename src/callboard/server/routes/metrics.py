"""Numbers for Prometheus (architecture: 9, rule 12)."""

from __future__ import annotations

from typing import Final

from callboard.errors import NotFoundError
from callboard.server.messages import Call, Response
from callboard.server.route import Answer, Route

__all__ = ["CONTENT_TYPE", "GET_METRICS"]

TEXT: Final = "text/plain"
CONTENT_TYPE: Final = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")

EXAMPLE: Final = """\
# HELP callboard_steps_total Steps that were stored, by kind and result.
# TYPE callboard_steps_total counter
callboard_steps_total{kind="step",result="taken"} 42.0
"""


async def get_metrics(call: Call) -> Response:
    """All numbers, as they are now."""
    if call.edge.metrics is None:
        raise NotFoundError("Metrics are off: see the setting metrics.enabled.")
    return Response(200, (CONTENT_TYPE,), await call.edge.metrics())


GET_METRICS = Route(
    method="GET",
    path="/metrics",
    endpoint=get_metrics,
    privilege=("process:super",),
    operation="getMetrics",
    summary="Get numbers for Prometheus",
    tag="system",
    description="Only where `metrics.enabled` is set, and in development mode.",
    answers=(
        Answer(
            200,
            "The numbers, in Prometheus' text format",
            {"type": "string"},
            media_types=(TEXT,),
            example=EXAMPLE,
        ),
    ),
    problems=(404,),
)
