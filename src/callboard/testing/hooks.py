"""Steps of a project's own: a Python file that holds a tuple `SENTENCES`."""

from __future__ import annotations

import runpy
from pathlib import Path

from callboard.testing.errors import StepError
from callboard.testing.sentences import Sentence


def own_sentences(path: Path) -> tuple[Sentence, ...]:
    """The sentences of a hook file; none when there is no such file.

    The file is Python and is run as such: it is the project's own code. Raises StepError when it
    holds no `SENTENCES`.
    """
    if not path.is_file():
        return ()
    found = runpy.run_path(str(path)).get("SENTENCES")
    if found is None or not all(isinstance(item, Sentence) for item in found):
        raise StepError(f"{path} holds no SENTENCES, a tuple of callboard.testing.Sentence.")
    return tuple(found)
