"""The vectors of YAML texts: parsing, and dumping and parsing again."""

from __future__ import annotations

from typing import Any

import pytest

from callboard.core.scenario.dump import dump
from callboard.core.scenario.text import load
from callboard.core.values import equal
from callboard.errors import TextError
