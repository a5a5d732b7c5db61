"""The client for asyncio. `_sync` is made from this by `scripts/unasync.py`."""
