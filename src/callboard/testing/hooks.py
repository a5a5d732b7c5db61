"""Steps of a project's own: a Python file that holds a tuple `SENTENCES`."""

from __future__ import annotations

import runpy
from pathlib import Path
from traceback import extract_tb

from callboard.testing.errors import StepError
from callboard.testing.sentences import Sentence


def own_sentences(path: Path) -> tuple[Sentence, ...]:
    """The sentences of a hook file; none when there is no such file.

    The file is Python and is run as such: it is the project's own code. Raises StepError when it
    holds no `SENTENCES`, or fails.
    """
    if not path.is_file():
        return ()
    try:
        found = runpy.run_path(str(path)).get("SENTENCES")
    except Exception as error:
        line = error.__traceback__ and extract_tb(error.__traceback__)[-1].lineno
        raise StepError(f"{path}:{line} fails: {type(error).__name__}: {error}") from error
    if found is None or not all(isinstance(item, Sentence) for item in found):
        raise StepError(f"{path} holds no SENTENCES, a tuple of callboard.testing.Sentence.")
    return tuple(found)
