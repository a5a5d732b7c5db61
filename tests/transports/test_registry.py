"""Providers are found by name, and what cannot be loaded says why."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from callboard.transports import ProviderError, find_provider, provider_names, registry
from callboard.transports.webhook import PROVIDER


@pytest.fixture
def installed(monkeypatch):
    """Pretends that packages offer these entry points."""

    def install(**targets):
        points = [EntryPoint(name, target, registry.GROUP) for name, target in targets.items()]
        select = EntryPoints(points).select
        monkeypatch.setattr(registry, "entry_points", lambda **wanted: select(**wanted))

    return install


def test_what_comes_with_callboard_is_found():
    assert "webhook" in provider_names()
    assert find_provider("webhook") is PROVIDER


def test_what_others_offer_is_found_and_takes_no_name_over(installed):
    installed(pigeon="callboard.transports.webhook:PROVIDER", webhook="nowhere:NOTHING")
    assert provider_names() == sorted({"pigeon", *registry.BUILT_IN})
    assert find_provider("pigeon") is PROVIDER
    assert find_provider("webhook") is PROVIDER


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere:NOTHING", "cannot be loaded: ModuleNotFoundError"),
        ("callboard.transports.registry:GROUP", "is no callboard.ports.transport.Provider"),
    ],
)
def test_what_cannot_be_loaded_says_why(installed, target, said):
    installed(pigeon=target)
    with pytest.raises(ProviderError, match=said):
        find_provider("pigeon")


@pytest.mark.parametrize("name", registry.BUILT_IN)
def test_what_comes_with_callboard_loads(name):
    assert find_provider(name).config


def test_a_library_that_is_not_there_names_the_extra(monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN, "zeromq", "callboard.nowhere")
    with pytest.raises(ProviderError, match=r'needs a library: pip install "callboard\[zeromq\]"'):
        find_provider("zeromq")


def test_an_unknown_name_is_an_error():
    with pytest.raises(ProviderError, match="no provider"):
        find_provider("pigeon")


def test_nothing_is_loaded_that_no_service_wants():
    heavy = {"aiohttp", "aio_pika", "aiosmtplib", "nats", "zmq"}
    code = f"import sys, callboard.compose; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)
