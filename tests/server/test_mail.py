"""A task that a person is told by mail, and does in the API; the mail itself changes nothing."""

from __future__ import annotations

from tests.server.staging import free_port, staged
from tests.transports.mailbox import mailbox

APPROVAL = """
title: Approval
name: approval
version: 1.0.0
actors: {buyer: {role: support}}
actions:
  ask:
    actor: buyer
    response: {properties: {boss: !required string}}
    update: {set: vars.boss, value: !ref current.response.boss}
  agree: {actor: buyer, title: Agree}
vars: {boss: string}
states:
  initial: {on: ask, goto: asked}
  asked:
    notify:
      service: boss
      message:
        to: !ref vars.boss
        subject: !tpl "{{ vars.boss }} is asked"
        text: Please agree.
    on: agree
    goto: (agreed)
"""


def asking(folder, port, **settings):
    boss = {"provider": "smtp", "host": "127.0.0.1", "port": port, "security": "none"}
    boss |= {"sender": "board@example.com", "allowTo": "*@example.com"}
    boss |= {"link": "https://app.example.com/tasks/{process}"}
    return staged(folder, {}, services={"boss": boss | settings})


def ask(stage, boss):
    stage.world.store(APPROVAL)
    body = {"scenario": "approval", "action": {"key": "ask", "response": {"boss": boss}}}
    answer = stage.world.post("/processes", "alice", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def opened(stage, port=0, **answers):
    return stage.world.run(stage.opened.enter_async_context(mailbox(port=port, **answers)))


def test_a_person_is_told_with_a_link(tmp_path):
    port = free_port()
    with asking(tmp_path, port) as stage:
        box = opened(stage, port, DATA="451 Later")
        process = ask(stage, "ann@example.com")
        stage.until(lambda: stage.tries(process))
        del box.answers["DATA"]
        stage.until(lambda: box.mails)
        stage.until(lambda: stage.tries(process)[-1][1] == "delivered")
        assert stage.tries(process)[0][1] == "failed"
        (mail,) = box.mails
        assert box.envelopes[0].rcpt_tos == ["ann@example.com"]
        assert mail["Subject"] == "ann@example.com is asked"
        text = mail.get_body(("plain",)).get_content()
        assert text.split() == ["Please", "agree.", f"https://app.example.com/tasks/{process}"]
        assert stage.state(process) == "asked"


def test_users_cannot_choose_whom_the_operator_did_not_allow(tmp_path):
    port = free_port()
    with asking(tmp_path, port) as stage:
        box = opened(stage, port)
        process = ask(stage, "eve@evil.example")
        stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
        assert stage.tries(process)[-1][1:] == (
            "failed",
            "The message names an address in to that the settings do not allow.",
        )
        assert box.envelopes == []
