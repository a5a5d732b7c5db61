"""What the files of a deployment name exists: settings, ports, paths, times that fit each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callboard.settings import DROP_IN, Settings, load_settings, settings_list
from tests.architecture.tree import ROOT
from tests.deploy.dockerfile import environment, said
from tests.deploy.manifests import (
    COMPOSE,
    EXAMPLE,
    KUBERNETES,
    REFERENCE,
    UNIT,
    compose,
    filled,
    resource,
    seconds,
    unit,
)

SECRETS = {
    "POSTGRES_PASSWORD": "a" * 48,
    "RABBITMQ_PASSWORD": "b" * 48,
    "CALLBOARD_AUTH_JWT_SECRET": "c" * 64,
}
FILES = {
    "docker": ROOT / "deploy/docker/callboard.toml",
    "kubernetes": KUBERNETES / "callboard.toml",
    "systemd": ROOT / "deploy/systemd/callboard.toml",
}
KNOWN = {setting.variable for setting in settings_list()} | {*DROP_IN, "CALLBOARD_CONFIG"}
TEXTS = [ROOT / "Dockerfile", COMPOSE, EXAMPLE, UNIT, *sorted(KUBERNETES.rglob("*.yaml"))]
TOLD = re.compile(r"\bCALLBOARD_[A-Z_]+\b")
SETTING = re.compile(r"`((?:engine|server|postgres|metrics|auth|sqlite)\.[a-z_]+)`")
MARGIN = 5


def engine_environment() -> dict[str, str]:
    """The environment of the engine in the Compose file, once the secrets are given."""
    given = compose()["services"]["engine"]["environment"]
    return {name: filled(str(value), SECRETS) for name, value in given.items()}


def draining(settings: Settings) -> float:
    """How long an end may take at most."""
    parts = settings.server.drain_seconds, settings.server.shutdown_seconds
    return sum(parts) + settings.engine.shutdown_seconds


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_variables_and_settings_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(TOLD.findall(text)) - KNOWN == set()
    assert set(SETTING.findall(text)) - {setting.name for setting in settings_list()} == set()


@pytest.mark.parametrize("name", FILES)
def test_settings_load_and_are_those_of_production(name: str) -> None:
    settings = load_settings(config=FILES[name])
    assert not settings.dev
    assert settings.port == 8080
    assert not settings.auth.jwt_secret


def test_the_environment_of_compose_makes_settings() -> None:
    settings = load_settings(config=FILES["docker"], environ=engine_environment())
    assert settings.database == "postgresql://callboard@database/callboard"
    assert settings.auth.jwt_secret == SECRETS["CALLBOARD_AUTH_JWT_SECRET"]
    assert dict(settings.services["stock"])["provider"] == "amqp"
    assert not settings.dev


def test_compose_starts_with_no_secret_that_was_not_given() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    named = {match[1] for match in REFERENCE.finditer(COMPOSE.read_text(encoding="utf-8"))}
    assert named == set(example)
    assert {name for name, value in example.items() if value} == {"PUBLISHED_PORT"}
    assert "POSTGRES_HOST_AUTH_METHOD" not in COMPOSE.read_text(encoding="utf-8")
    for name in ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"):
        assert re.findall(rf"\$\{{{name}(.)(.)", COMPOSE.read_text(encoding="utf-8"))
        with pytest.raises(AssertionError, match=name):
            filled(f"${{{name}:?is missing}}", {})


def test_only_this_machine_reaches_what_compose_starts() -> None:
    services = compose()["services"]
    assert [filled(port, {}) for port in services["engine"]["ports"]] == ["127.0.0.1:8080:8080"]
    for name in ("database", "broker"):
        assert "ports" not in services[name]
        assert services[name]["networks"] == ["inside"]
    assert compose()["networks"]["inside"]["internal"] is True


def test_nothing_runs_as_root_or_writes_where_it_need_not() -> None:
    user = "10001:10001"
    engine = compose()["services"]["engine"]
    assert said("USER") == [user] == [engine["user"]]
    assert engine["read_only"] is True
    assert engine["cap_drop"] == ["ALL"]
    pod = resource("Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == int(user.partition(":")[0])
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        confined = container["securityContext"]
        assert confined["readOnlyRootFilesystem"] is True
        assert confined["allowPrivilegeEscalation"] is False
        assert confined["capabilities"] == {"drop": ["ALL"]}
    assert pod["automountServiceAccountToken"] is False


def test_ports_fit() -> None:
    settings = load_settings(config=FILES["kubernetes"])
    (container,) = resource("Deployment")["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"http": settings.port, "metrics": settings.metrics.port}
    assert said("EXPOSE") == [str(load_settings(config=FILES["docker"]).port)]
    served = {port["name"]: port["targetPort"] for port in resource("Service")["spec"]["ports"]}
    assert served == {name: name for name in ports}
    (rule,) = resource("Ingress")["spec"]["rules"]
    assert [rule["host"]] == list(settings.server.hosts)
    (path,) = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": "callboard", "port": {"name": "http"}}
    (scraped,) = resource("ServiceMonitor")["spec"]["endpoints"]
    assert scraped["port"] in served


def test_labels_select_the_pods() -> None:
    pod = resource("Deployment")["spec"]["template"]["metadata"]["labels"]
    for kind in ("Deployment", "PodDisruptionBudget", "ServiceMonitor"):
        assert resource(kind)["spec"]["selector"]["matchLabels"].items() <= pod.items()
    assert resource("Service")["spec"]["selector"].items() <= pod.items()
    assert resource("NetworkPolicy")["spec"]["podSelector"]["matchLabels"].items() <= pod.items()


def test_files_are_where_they_are_looked_for() -> None:
    config = Path(environment()["CALLBOARD_CONFIG"])
    assert f"deploy/docker/callboard.toml {config}" in said("COPY")
    pod = resource("Deployment")["spec"]["template"]["spec"]
    mounts = {each["name"]: each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}
    assert mounts["settings"] == str(config.parent)
    (credential,) = unit()["LoadCredential"]
    assert credential == f"callboard.toml:{config}"
    database = load_settings(config=FILES["systemd"]).database
    assert database == f"sqlite:////var/lib/{unit()['StateDirectory'][0]}/callboard.db"
    assert load_settings(config=FILES["docker"]).database.startswith("sqlite:////data/")


def test_nobody_is_killed_while_draining() -> None:
    plain = load_settings(config=FILES["docker"])
    pods = load_settings(config=FILES["kubernetes"])
    pod = resource("Deployment")["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] >= draining(pods) + MARGIN
    assert seconds(compose()["services"]["engine"]["stop_grace_period"]) >= draining(plain) + MARGIN
    assert int(unit()["TimeoutStopSec"][0]) >= draining(load_settings(config=FILES["systemd"]))
    (ready,) = [each["readinessProbe"] for each in pod["containers"]]
    assert ready["timeoutSeconds"] > pods.server.ready_seconds
    noticed = ready["periodSeconds"] * ready["failureThreshold"] + ready["timeoutSeconds"]
    assert pods.server.drain_seconds >= noticed


def test_pods_leave_connections_to_others() -> None:
    most = resource("HorizontalPodAutoscaler")["spec"]["maxReplicas"]
    each = load_settings(config=FILES["kubernetes"]).postgres.connections + 1
    assert most * each < 100, "the default of PostgreSQL"
