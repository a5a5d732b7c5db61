"""What the Dockerfile does, without Docker: its steps in folders of a temporary root.

Its first step, which installs pip and what builds a wheel as the locks say, is left out: `make
setup` has done the same, so its environment stands for that one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.tree import ROOT, tracked_files
from tests.deploy.dockerfile import instructions

USER = 10001
FOLDERS = ("/tools", "/srv/callboard", "/wheels", "/data", "/src")
FOLDER = re.compile(rf"(?<![\w./])({'|'.join(FOLDERS)})(?![\w-])")


@dataclass(frozen=True, slots=True)
class Image:
    """What the steps made, below `root`."""

    root: Path

    def inside(self, text: str) -> str:
        """A text with the folders of the image as they are here."""
        return FOLDER.sub(lambda match: f"{self.root}{match[1]}", text)

    @property
    def callboard(self) -> Path:
        return self.root / "srv/callboard/bin/callboard"

    def start(
        self, command: list[str], environ: Mapping[str, str], *, confined: bool = True
    ) -> subprocess.Popen[str]:
        """Start a program of the image; `confined`: as its user, who can write to /data alone,
        where this process may say so.
        """
        other = {"user": USER, "group": USER, "extra_groups": []}
        (self.root / "data").chmod(0o700)
        return subprocess.Popen(
            command,
            cwd=self.root / "data",
            env={"PATH": f"{self.callboard.parent}:/usr/bin:/bin", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **(other if confined and os.geteuid() == 0 else {}),
        )


def build(root: Path) -> Image:
    """Run what the first stage says: COPY and RUN, with this Python as the base image's."""
    image = Image(root)
    (root / "src").mkdir(parents=True)
    (root / "srv").mkdir()
    (root / "tools").symlink_to(sys.prefix)
    for step in instructions():
        if step.stage == 0 and step.name == "COPY":
            _copy(*step.text.split(), to=root / "src")
        if step.stage == 0 and step.name == "RUN" and "-m venv /tools" not in step.text:
            _run(image, step.text)
    return image


def _copy(*names: str, to: Path) -> None:
    """COPY, less what .dockerignore keeps back: nothing but tracked files."""
    *sources, target = names
    for file in tracked_files():
        for source in sources:
            if file == Path(source) or Path(source) in file.parents:
                place = to / target / file.relative_to(Path(source).parent)
                if (ROOT / source).is_dir():
                    place = to / target / file.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / file, place)


def _run(image: Image, text: str) -> None:
    command = image.inside(text).replace("python -m venv", f"{sys.executable} -m venv")
    if os.geteuid() != 0:
        command = re.sub(r" -[og] \d+", "", command)
    environ = {**os.environ, "PIP_NO_COMPILE": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    environ.pop("PYTHONPATH", None)
    ran = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=image.root / "src",
        env=environ,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
