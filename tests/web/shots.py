"""Pictures of pages: `python -m tests.web.shots FOLDER PATH… [--who bob] [--language de]`.

A PATH is an address of the interface, `/ui/processes`; `PROCESS` in it is the id of one. Each is
taken in light and dark, 390, 820 and 1440 wide. `--many` fills the lists first.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from tests.web.staging import Stage, settle, staged

WIDTHS = {390: 844, 820: 1100, 1440: 900}


def work(stage: Stage, *, many: bool) -> str:
    """People do things; the id of a process that waits for Bob."""
    claims = [
        ("Train to Ghent", 42.5),
        ("Conference in Rotterdam: two nights, breakfast, and the tram from the airport", 1240.0),
        ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", 12.0),
    ]
    started = [stage.claim(amount=amount, purpose=purpose[:80]) for purpose, amount in claims]
    for number in range(200 if many else 0):
        stage.claim(amount=number + 1, purpose=f"Receipt number {number}")
    stage.api("POST", f"/processes/{started[1]['id']}/approve", "bob")
    done = stage.claim(amount=18, purpose="Lunch with a supplier")
    stage.api("POST", f"/processes/{done['id']}/approve", "bob")
    for name in ("support-ticket", "purchase-order", "loan-application"):
        stage.api("POST", "/processes", "alice", json={"scenario": name})
    return str(started[0]["id"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--who", default="bob")
    parser.add_argument("--language", default="en", choices=("en", "de"))
    parser.add_argument("--many", action="store_true")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--widths", type=int, nargs="*", default=list(WIDTHS))
    parser.add_argument("--themes", nargs="*", default=["light", "dark"])
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder)) as stage:
        process = "" if given.empty else work(stage, many=given.many)
        for path in given.paths:
            for theme in given.themes:
                for width in given.widths:
                    shoot(stage, given, path.replace("PROCESS", process), theme, width)
        for complaint in stage.wrong:
            print(complaint)


def shoot(stage: Stage, given: argparse.Namespace, path: str, theme: str, width: int) -> None:
    who = None if given.who == "nobody" else given.who
    height = WIDTHS.get(width, 900)
    options = {"theme": theme, "width": width, "height": height, "language": given.language}
    page = stage.page_of(who, path, **options)
    settle(page)
    page.wait_for_timeout(400)
    name = re.sub(r"[0-9a-f-]{36}", "ID", path).strip("/").replace("/", "-")
    name = re.sub(r"[^\w=-]", "_", name) or "home"
    page.screenshot(path=given.folder / f"{name}-{given.language}-{theme}-{width}.png")
    page.context.close()


if __name__ == "__main__":
    main()
