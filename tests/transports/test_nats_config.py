"""Settings of NATS: what cannot be used is told, and no secret with it."""

from __future__ import annotations

import pytest

from callboard.transports.nats_config import NatsConfig


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"servers": ()}, "servers is to name one"),
        ({"servers": ("http://x",)}, "servers is to hold addresses"),
        ({"servers": ("nats://x/hidden",)}, "servers is to hold addresses"),
        ({"servers": ("nats://me:hidden@x",)}, "servers is to be without a user"),
        ({"subject": "a.*"}, "subject is to be"),
        ({"reply_subject": "a b"}, "reply_subject is to be"),
        ({"stream": "a.b"}, "stream is to be"),
        ({"timeout": float("nan")}, "timeout is to be"),
        ({"response_timeout": 0}, "response_timeout is to be"),
        ({"answer_bytes": -1}, "answer_bytes is to be"),
        ({"user": "me"}, "belong together"),
        ({"user": "me", "password": "x", "token": "hidden"}, "one too many"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_start(settings, said):
    with pytest.raises(ValueError, match=said) as caught:
        NatsConfig(**{"servers": ("nats://x:4222",)} | settings)
    assert "hidden" not in str(caught.value)


def test_nothing_secret_is_shown():
    config = NatsConfig(servers=("nats://x",), user="me", password="hidden")
    assert "hidden" not in repr(config)
