"""Notifications: whom Prefect's server tells of runs that have failed or died, and of sites that have changed."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.core import Block
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SendgridEmail, SlackWebhook
from prefect.client.orchestration import get_client
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from pydantic import SecretStr

from flows.errors import CouldNotRun
from flows.monitoring.automations import FLOWS

FAILED_EVENTS = {"prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut"}
"""The ends of a run of which somebody is told. A run that is alarming ends as Failed."""
DRIFT_EVENT = "bodycopy.drift"
SLACK_HOST = "hooks.slack.com"
API_KEY, SENDER = "SENDGRID_API_KEY", "BODYCOPY_MAIL_FROM"
"""The variables with the key for SendGrid, which sends the mail, and with the address that it comes from."""
VARIABLE = "env:"
"""The beginning of an address that stands in a variable of the environment, so that no shell remembers it."""
_MAIL = re.compile(r"[^@\s/:]+@[^@\s/:]+\.[^@\s/:]+")
_HASH_CHARS = 8

_SUBJECT = "bodycopy: {{ flow_run.name }} ended as {{ flow_run.state.name }}"
_BODY = "{{ flow_run.state.message }}\n\n{{ flow_run|ui_url }}"
_DRIFT_SUBJECT = "bodycopy: {{ event.resource.name }} has changed"
_DRIFT_BODY = "{{ event.payload }}"


def notify(address: str, *, drift: bool = False) -> list[str]:
    """Have the server tell somebody, in place of an earlier automation for the same address.

    Args:
        address: An address of Slack or of another web hook, an address for mail, or `env:NAME` for one in the environment.
        drift: Whether sites that have changed are told of as well.

    Returns:
        The names of the automations.

    Raises:
        CouldNotRun: The address is none of these, or what it needs is missing.
    """
    target = _resolved(address)
    kind, block = _block(target)
    name = f"bodycopy-{kind}-{hashlib.sha256(target.encode()).hexdigest()[:_HASH_CHARS]}"
    made: object = block.save(name, overwrite=True)
    assert isinstance(made, UUID)
    automations = [_of_failed_runs(name, made), *([_of_drift(name, made)] if drift else [])]
    with get_client(sync_client=True) as client:
        for automation in automations:
            for old in client.read_automations_by_name(name=automation.name):
                client.delete_automation(old.id)
    for automation in automations:
        automation.create()
    return [automation.name for automation in automations]


def _resolved(address: str) -> str:
    if not address.startswith(VARIABLE):
        return address
    name = address.removeprefix(VARIABLE)
    if not os.environ.get(name):
        raise CouldNotRun(f"the variable {name!r} is not set", f"export {name}=…, the address that is to be told")
    return os.environ[name]


def _block(address: str) -> tuple[str, Block]:
    """Return what kind of address it is, and Prefect's block that sends to it."""
    if _MAIL.fullmatch(address):
        return "mail", _mail(address)
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        expected = "expected https://…, an address for mail, or env:NAME for one in the environment"
        raise CouldNotRun(f"{address!r} is nobody's address", expected)
    if parts.hostname == SLACK_HOST:
        return "slack", SlackWebhook(url=SecretStr(address))
    text = {"subject": "{{subject}}", "body": "{{body}}", "text": "{{subject}}\n{{body}}"}
    values: dict[str, Any] = {"json_data": text, "secrets": {"address": address}}
    return "webhook", CustomWebhookNotificationBlock(name="bodycopy", url="{{address}}", **values)


def _mail(address: str) -> Block:
    missing = [name for name in (API_KEY, SENDER) if not os.environ.get(name)]
    if missing:
        reason = f"mail needs {' and '.join(missing)} in the environment"
        raise CouldNotRun(reason, "SendGrid sends it: set its key, and the address that the mail comes from")
    return SendgridEmail(api_key=SecretStr(os.environ[API_KEY]), sender_email=os.environ[SENDER], to_emails=[address])


def _of_failed_runs(name: str, block: UUID) -> Automation:
    trigger = EventTrigger(
        posture=Posture.Reactive,
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        match_related=ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": FLOWS}),
        expect=FAILED_EVENTS,
        for_each={"prefect.resource.id"},
        threshold=1,
        within=timedelta(0),
    )
    return _automation(f"bodycopy: failed runs to {name}", trigger, block, _SUBJECT, _BODY)


def _of_drift(name: str, block: UUID) -> Automation:
    trigger = EventTrigger(
        posture=Posture.Reactive,
        expect={DRIFT_EVENT},
        for_each={"prefect.resource.id"},
        threshold=1,
        within=timedelta(0),
    )
    return _automation(f"bodycopy: sites that have changed to {name}", trigger, block, _DRIFT_SUBJECT, _DRIFT_BODY)


def _automation(name: str, trigger: EventTrigger, block: UUID, subject: str, body: str) -> Automation:
    note = SendNotification(block_document_id=block, subject=subject, body=body)
    return Automation(name=name, description="Made by `bodycopy automations --notify`.", trigger=trigger, actions=[note])
