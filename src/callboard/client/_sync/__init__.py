"""The client without asyncio. Written by `make unasync` from `_async`. Do not edit."""
