"""The composition root: from settings to a running engine with its edge.

Theory: this package alone names concrete adapters (the database, the system's clock, the keys); all
below it speaks of ports. Nothing is opened at import; `running` opens and closes.
"""

from __future__ import annotations

from callboard.compose.running import SYSTEM, running
from callboard.compose.serving import serve
from callboard.compose.system import SystemClock, SystemIds

__all__ = ["SYSTEM", "SystemClock", "SystemIds", "running", "serve"]
