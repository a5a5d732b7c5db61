"""The image, as far as no Docker is needed: its steps work, what they install runs without root."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from callboard.settings import load_settings
from tests.architecture.tree import ROOT, tracked_files
from tests.deploy.dockerfile import environment, said
from tests.deploy.installing import Image, build
from tests.deploy.manifests import compose, seconds, unit
from tests.deploy.test_names import FILES, SECRETS, engine_environment
from tests.store.adapters import PostgresAdapter

STARTING = 30.0
PLAIN = {"CALLBOARD_AUTH_JWT_SECRET": SECRETS["CALLBOARD_AUTH_JWT_SECRET"]}


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """In a folder that other users can enter, unlike those of pytest."""
    memory = Path("/dev/shm")  # Nothing here has to outlive the machine.
    place = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="callboard-image-", dir=place) as folder:
        Path(folder).chmod(0o755)
        yield build(Path(folder))


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def served(
    image: Image, command: list[str], environ: dict[str, str], *, confined: bool = True
) -> Iterator[str]:
    """A server of the image that is ready; where it answers. At the end it is told to stop, and
    does so in the time that Compose gives it.
    """
    url = f"http://127.0.0.1:{environ['CALLBOARD_PORT']}"
    environ = {"CALLBOARD_SERVER_DRAIN_SECONDS": "0", **environ}
    process = image.start(command, environ, confined=confined)
    try:
        end = time.monotonic() + STARTING
        while not is_ready(url):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < end
            time.sleep(0.05)
        yield url
        process.send_signal(getattr(signal, said("STOPSIGNAL")[0]))
        grace = seconds(compose()["services"]["engine"]["stop_grace_period"])
        assert process.wait(timeout=grace) == 0, process.communicate()[0]
    finally:
        process.kill()
        process.communicate()


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def told(image: Image, name: str) -> list[str]:
    """What the image runs, in the form of a list."""
    (text,) = said(name)
    return list(json.loads(image.inside(text)))


def healthy(image: Image, command: list[str], environ: dict[str, str]) -> bool:
    process = image.start([image.inside(part) for part in command], environ)
    process.communicate(timeout=STARTING)
    return process.returncode == 0


def test_it_serves_without_root_from_its_own_folder(image: Image) -> None:
    (health,) = said("HEALTHCHECK")
    check = json.loads(health.partition("CMD ")[2])
    config = FILES["docker"].read_text(encoding="utf-8")
    database = load_settings(config=FILES["docker"]).database
    environ = environment() | PLAIN | {"CALLBOARD_PORT": str(free_port())}
    environ |= {"CALLBOARD_DATABASE": image.inside(database.removeprefix("sqlite:///"))}
    environ["CALLBOARD_DATABASE"] = "sqlite:///" + environ["CALLBOARD_DATABASE"]
    environ["CALLBOARD_CONFIG"] = str(image.root / "callboard.toml")
    environ["PATH"] = image.inside(environ["PATH"].replace(":$PATH", ":/usr/bin:/bin"))
    (image.root / "callboard.toml").write_text(config)
    assert not healthy(image, check, environ), "nobody answers yet"
    with served(image, told(image, "ENTRYPOINT") + told(image, "CMD"), environ) as url:
        assert healthy(image, check, environ)
        assert httpx.get(f"{url}/processes").status_code == 401
    assert (image.root / "data/callboard.db").stat().st_size > 0
    written = [path for path in image.root.rglob("*") if path.stat().st_uid == 10001]
    assert {path.parts[len(image.root.parts)] for path in written} <= {"data"}


def test_without_a_key_it_does_not_start(image: Image) -> None:
    process = image.start([str(image.callboard), "serve"], {"CALLBOARD_PORT": str(free_port())})
    printed, _ = process.communicate(timeout=STARTING)
    assert process.returncode == 3
    assert "Nothing says how tokens are checked" in printed


def test_it_serves_as_compose_tells_it(image: Image, tmp_path: Path) -> None:
    adapter = PostgresAdapter(tmp_path)
    adapter.change(f"CREATE SCHEMA {adapter.schema}")
    port = free_port()
    environ = engine_environment() | {"CALLBOARD_PORT": str(port)}
    environ |= {"CALLBOARD_DATABASE": adapter.url, "PGPASSWORD": ""}
    test, *check = compose()["services"]["engine"]["healthcheck"]["test"]
    check = [part.replace(":8080", f":{port}") for part in check]
    command = [str(image.callboard), "serve"]
    # By whoever runs the tests: the socket of their own PostgreSQL is for nobody else.
    with served(image, command, environ, confined=False) as url:
        assert test == "CMD"
        assert healthy(image, check, {})
        assert httpx.get(f"{url}/tasks").status_code == 401
    adapter.remove()


def test_it_serves_as_the_unit_says(image: Image) -> None:
    (command,) = unit()["ExecStart"]
    folder = image.root / "credentials"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    text = FILES["systemd"].read_text(encoding="utf-8")
    text = text.replace('# jwt_secret = ""', f'jwt_secret = "{"s" * 32}"')
    text = text.replace("/var/lib/callboard/", f"{image.root}/data/unit-")
    (folder / "callboard.toml").write_text(re.sub(r"port = 9464", "port = 0", text))
    words = shlex.split(image.inside(command.replace("${CREDENTIALS_DIRECTORY}", str(folder))))
    environ = {"CALLBOARD_PORT": str(free_port())}
    with served(image, words, environ) as url:
        assert httpx.get(f"{url}/info").status_code == 200


def test_the_wheel_holds_every_file_of_the_package(image: Image) -> None:
    (wheel,) = (image.root / "wheels").glob("callboard-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    package = Path("src/callboard")
    files = {str(f.relative_to("src")) for f in tracked_files() if package in f.parents}
    assert files <= held
    assert any(name.endswith(".sql") for name in files)
    assert "callboard/py.typed" in files


def test_every_extra_for_servers_is_installed(image: Image) -> None:
    printed = subprocess.run(
        [str(image.callboard), "info", "--format", "json"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert json.loads(printed)
    modules = "aio_pika, aiosmtplib, asyncpg, nats, opentelemetry.sdk, zmq"
    python = image.callboard.with_name("python")
    assert subprocess.run([python, "-I", "-c", f"import {modules}"]).returncode == 0


def test_what_is_copied_reaches_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {
        name
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    }
    assert lines[1] == "*"
    assert allowed == copied
