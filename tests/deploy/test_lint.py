"""The files of a deployment pass the linters of those who read them.

No daemon of Docker and no cluster is needed: what only these can say is not tested here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from tests.architecture.tree import ROOT
from tests.deploy.manifests import EXAMPLE, KUBERNETES, UNIT, resource, resources

OLDEST, NEWEST = "1.28.0", kubernetes_validate.latest_version()
CUSTOM = ("ServiceMonitor", "Kustomization", "Component")
"""Kinds that Kubernetes itself does not know."""
OWN = [(path, document) for path, document in resources() if document["kind"] not in CUSTOM]
EXPOSURE = 15
"""In tenths; systemd calls what is below 20 OK."""


def check(*command: str | Path, **environ: str) -> None:
    """Run a linter, which finds nothing."""
    ran = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def beside_python(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def needed(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    check(beside_python("hadolint"), "--failure-threshold", "style", "Dockerfile")


def test_yamllint_finds_nothing() -> None:
    check(beside_python("yamllint"), "--strict", "compose.yaml", "deploy")


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize(
    ("path", "document"), OWN, ids=lambda value: getattr(value, "stem", "object")
)
def test_objects_have_the_schema_of_kubernetes(version: str, path: Path, document: Any) -> None:
    kubernetes_validate.validate(document, version, strict=True)


def test_every_object_is_in_the_kustomization() -> None:
    listed = {KUBERNETES / name for name in resource("Kustomization")["resources"]}
    listed |= {KUBERNETES / "optional" / name for name in resource("Component")["resources"]}
    files = {path for path, document in resources() if document["kind"] not in CUSTOM[1:]}
    assert listed == files


def test_docker_understands_the_compose_file(tmp_path: Path) -> None:
    docker = needed("docker")
    if subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker has no compose here")
    given = tmp_path / "env"
    given.write_text(EXAMPLE.read_text(encoding="utf-8").replace("PASSWORD=", "PASSWORD=x"))
    check(docker, "compose", "--env-file", given, "config", "--quiet")


def test_systemd_understands_the_unit_and_finds_it_confined(tmp_path: Path) -> None:
    analyze = needed("systemd-analyze")
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    copy.write_text(text.replace("/srv/callboard/bin/callboard", str(beside_python("callboard"))))
    check(analyze, "verify", copy)
    check(analyze, "security", "--offline=yes", f"--threshold={EXPOSURE}", copy)
