"""What must not be in the tree: paths of one machine, package indexes, hosts nobody should call."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, tracked_files

# Hosts that documents may name: reserved for examples, local, or identifiers that nobody fetches.
HOSTS = re.compile(
    r"""(?:
        \[ | localhost | 127\.0\.0\.1 | 0\.0\.0\.0 | \[::1?\] | testserver
        | (?:[\w-]+\.)*example(?:\.com|\.org|\.net)? | (?:[\w-]+\.)*(?:test|invalid|internal)
        | schemas\.letsflow\.io | json-schema\.org | spec\.openapis\.org | www\.w3\.org
        | jmespath\.(?:org|site) | mustache\.github\.io | github\.com | semver\.org
        | json\.schemastore\.org | keepachangelog\.com
        | (?:www\.)?rfc-editor\.org | datatracker\.ietf\.org | yaml\.org
        | docs\.python\.org | opensource\.org | diataxis\.fr
        | \d+\.\d+\.\d+\.\d+ | [\w-]+ | a\.\.com
    )""",
    re.VERBOSE | re.IGNORECASE,
)
URL = re.compile(r"\bhttps?://([^\s/:'\"`<>)\]},{$*\\?#|]+)")
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|root|Users|opt|work|mnt|private)/[\w.]")
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|\bresolved\b.*tgz")
OTHER_NAME = re.compile(r"lets\s*flow(?!\.io)", re.IGNORECASE)
WRITTEN_ELSEWHERE = ("vendor", "vectors", "static")

THIS = Path(__file__).relative_to(ROOT)


def texts() -> list[Path]:
    """Files of ours that hold text."""
    return [
        path
        for path in tracked_files()
        if path != THIS
        and not set(path.parts) & set(WRITTEN_ELSEWHERE)
        and b"\0" not in (ROOT / path).read_bytes()[:8000]
    ]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX, OTHER_NAME], ids=str)
def test_nothing_names_one_machine(pattern: re.Pattern[str]) -> None:
    found = [(str(path), match[0]) for path in texts() if (match := pattern.search(read(path)))]
    assert not found


def test_urls_lead_to_hosts_that_are_known() -> None:
    found = {
        (str(path), host)
        for path in texts()
        for host in URL.findall(read(path))
        if not HOSTS.fullmatch(host.rpartition("@")[2])
    }
    assert not found


def test_the_locks_pin_every_file_by_its_hash() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        pins = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins), lock
