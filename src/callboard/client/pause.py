"""Waiting, in both colours."""

from __future__ import annotations

import asyncio
import time

__all__ = ["pause", "pause_async"]


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


async def pause_async(seconds: float) -> None:
    """Wait, and let others work."""
    await asyncio.sleep(seconds)
