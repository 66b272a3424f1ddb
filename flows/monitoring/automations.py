"""Automations: what Prefect's server does about runs that have died."""

from __future__ import annotations

from datetime import timedelta

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

NAME = "bodycopy: a run without heartbeat has crashed"
FLOWS = ["clean-articles", "learn-sites"]
"""The flows that it applies to. Other flows send heartbeats less often."""
SILENCE_SECONDS = 90
"""Seconds without a heartbeat after which a run counts as dead: three heartbeats, see `environment.settle`."""


def dead_runs(silence: float = SILENCE_SECONDS) -> Automation:
    """Make the automation that marks runs without heartbeats as Crashed, so that the next run can begin.

    Args:
        silence: Seconds without a heartbeat.

    Returns:
        The automation, which the server does not have yet.
    """
    trigger = EventTrigger(
        posture=Posture.Proactive,
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        match_related=ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": FLOWS}),
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.*"},
        for_each={"prefect.resource.id"},
        threshold=1,
        within=timedelta(seconds=silence),
    )
    message = f"no heartbeat for {silence:g} seconds: its process or its machine is gone; the next run goes on from here"
    crash = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=message, force=False)
    return Automation(name=NAME, description="Made by `bodycopy automations`.", trigger=trigger, actions=[crash])


def ensure(silence: float = SILENCE_SECONDS) -> str:
    """Create the automation on the server, in place of an earlier one.

    Args:
        silence: Seconds without a heartbeat.

    Returns:
        The automation's name.
    """
    with get_client(sync_client=True) as client:
        for old in client.read_automations_by_name(name=NAME):
            client.delete_automation(old.id)
    dead_runs(silence).create()
    return NAME
