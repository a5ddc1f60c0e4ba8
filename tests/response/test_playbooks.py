"""A declared playbook's steps, as Logic Apps would run them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.detection.sentinel import Alert
from simulator.estate.model import Block, Origin, Provider, Resource
from simulator.estate.playbook import Effect, Playbook, Step, TriggerKind
from simulator.response.playbooks import cannot_start, run_playbook
from simulator.response.scene import Incident
from simulator.timeline import Kind
from tests.detection.rules import scheduled_rule
from tests.response.scenes import START, Intruder, outcome, scene

WORKFLOW = Resource(
    "azurerm_logic_app_workflow.contain",
    "azurerm_logic_app_workflow",
    "contain",
    Block(),
    Origin("main.tf", 3),
    Provider("azurerm", 4),
)
CLOSE = Step("Close", WORKFLOW, (Effect.CLOSE_NETWORK,), "PATCH account")
REMOVE = Step("Remove", WORKFLOW, (Effect.REMOVE_ROLE,), "DELETE assignment")
TELL = Step("Tell", WORKFLOW, (Effect.NOTIFY,), "POST mail")


def playbook(*steps, **changes):
    made = Playbook(WORKFLOW, True, TriggerKind.INCIDENT, steps, True)
    return replace(made, **changes)


def incident(**entities):
    alert = Alert(scheduled_rule(), START, 1, entities, 0.01)
    return Incident("Mass read", "High", START, alert)


def play(*steps, entities=None, **changes):
    """What the twin was asked for, the kinds of event, and whether anything was contained."""
    one = scene()
    run = run_playbook(one, playbook(*steps, **changes), incident(**(entities or {})))
    contained = outcome(one, run)
    return [c.effect for c in one.twin.asked], [e.kind for e in one.events], contained


def test_a_containment_step_is_carried_out_on_the_twin():
    assert play(CLOSE) == ([Effect.CLOSE_NETWORK], [Kind.ACTION], True)


def test_a_playbook_that_only_tells_contains_nothing():
    assert play(TELL) == ([], [Kind.NOTIFIED], False)


def test_a_step_without_the_permission_that_it_needs_fails():
    refused = replace(CLOSE, missing_permission="Microsoft.Storage/storageAccounts/write")
    assert play(refused) == ([], [Kind.ACTION_FAILED], False)


def test_a_step_that_needs_the_success_of_a_failed_one_is_skipped():
    refused = replace(CLOSE, missing_permission="Microsoft.Storage/storageAccounts/write")
    assert play(refused, replace(TELL, after=("Close",)))[1] == [Kind.ACTION_FAILED] * 2


def test_a_step_that_tolerates_failures_before_it_runs():
    refused = replace(CLOSE, missing_permission="Microsoft.Storage/storageAccounts/write")
    assert play(refused, TELL)[1] == [Kind.ACTION_FAILED, Kind.NOTIFIED]


def test_an_action_on_an_identity_needs_that_identity_in_the_alert():
    assert play(REMOVE) == ([], [Kind.ACTION_FAILED], False)
    known = {"Account.AadUserId": (Intruder.object_id,)}
    assert play(REMOVE, entities=known) == ([Effect.REMOVE_ROLE], [Kind.ACTION], True)


def test_a_step_that_acts_on_another_account_does_not_reach_the_attacked_one():
    elsewhere = replace(CLOSE, targets=("azurerm_storage_account.media",))
    assert play(elsewhere) == ([], [Kind.ACTION_FAILED], False)


@pytest.mark.parametrize(
    "step",
    [
        replace(CLOSE, condition="if the incident has an account"),
        replace(CLOSE, unsure_permission="role_definition_id comes from a variable"),
        Step("Rotate", WORKFLOW, (Effect.ROTATE_STORAGE_KEYS,), "POST regenerateKey"),
    ],
    ids=["condition", "permission", "key"],
)
def test_what_only_a_real_run_decides_is_not_carried_out_and_is_said(step):
    assert play(step) == ([], [Kind.NOT_EVALUABLE], False)


def test_behind_a_person_who_is_asked_the_answer_is_taken_to_be_yes_after_their_time():
    gate = Step("Ask", WORKFLOW, (Effect.HUMAN_GATE,), "approval mail")
    behind = replace(CLOSE, manual=True, condition="if approved", after=("Ask",))
    one = scene()
    assert outcome(one, run_playbook(one, playbook(gate, behind), incident()))
    waited = one.clock.now - START
    assert waited >= one.profile["human_approval"].low


def test_a_pause_of_the_workflow_itself_takes_its_time():
    one = scene()
    pause = Step("Wait", WORKFLOW, (), "", wait=timedelta(minutes=20))
    outcome(one, run_playbook(one, playbook(pause), incident()))
    assert one.clock.now - START == timedelta(minutes=20)


def test_a_removed_role_takes_effect_later_and_a_closed_firewall_at_once():
    one = scene()
    known = incident(**{"Account.AadUserId": (Intruder.object_id,)})
    outcome(one, run_playbook(one, playbook(CLOSE, REMOVE), known))
    close, remove = one.twin.asked
    figure = one.profile["role_removal_takes_effect"]
    asked = {event.what.partition(":")[0]: event.at for event in one.events}
    assert close.effective_at == asked["Close"]
    assert figure.low <= remove.effective_at - asked["Remove"] <= figure.high


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"enabled": False}, "disabled"),
        ({"trigger": TriggerKind.ALERT}, "its trigger is alert"),
        ({"sentinel_may_run_it": False}, "Automation Contributor"),
        ({"sentinel_may_run_it": None}, "cannot be told"),
        ({"unreadable": "the template is a file elsewhere"}, "a file elsewhere"),
    ],
)
def test_a_playbook_that_cannot_start_does_nothing_and_says_why(changes, why):
    assert why in cannot_start(playbook(CLOSE, **changes))
    assert play(CLOSE, **changes) == ([], [Kind.ACTION_FAILED], False)
