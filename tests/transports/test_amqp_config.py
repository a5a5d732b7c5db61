"""Settings of AMQP: what cannot be used is told, and no secret with it."""

from __future__ import annotations

import pytest

from callboard.transports.amqp_config import AmqpConfig

URL = "amqp://user:pass-word@broker:5672/vhost"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"url": "http://broker/"}, "url is to be an amqp"),
        ({"url": "amqp://"}, "url is to be an amqp"),
        ({"url": "amqp://user:pass-word@broker:99999/"}, "url is to be an amqp"),
        ({"url": "amqp://user:pass-word@bro ker/"}, "url is to be an amqp"),
        ({"timeout": 0}, "timeout is to be more than 0"),
        ({"timeout": float("nan")}, "timeout is to be more than 0"),
        ({"timeout": 3601}, "at most 3600 seconds"),
        ({"response_timeout": -1}, "response_timeout is to be more than 0"),
        ({"response_timeout": 1e9}, "at most 2592000 seconds"),
        ({"answer_bytes": -1}, "answer_bytes is to be 0 or more"),
        ({"exchange": "x" * 256}, "exchange is to be a name of 255 bytes"),
        ({"routing_key": "ü" * 128}, "routing_key is to be a name of 255 bytes"),
        ({"app_id": "a\nb"}, "app_id is to be a name"),
        ({"reply_to": "amq.rabbitmq.reply-to"}, "reply_to is to be a queue that lasts"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_secret(settings, said):
    with pytest.raises(ValueError, match=said) as caught:
        AmqpConfig(**{"url": URL, **settings})
    assert "pass-word" not in str(caught.value)


def test_the_address_is_not_shown():
    assert "pass-word" not in repr(AmqpConfig(URL))


@pytest.mark.parametrize(
    ("settings", "queue"),
    [
        ({}, None),
        ({"reply": True}, "callboard.stock.replies"),
        ({"reply": True, "app_id": "north"}, "north.stock.replies"),
        ({"reply_to": "answers"}, "answers"),
        ({"reply": True, "reply_to": "answers"}, "answers"),
    ],
)
def test_where_answers_go(settings, queue):
    assert AmqpConfig(URL, **settings).reply_queue("stock") == queue
