import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.effects import Call, Effect
from simulator.estate.model import Unresolvable
from simulator.estate.receivers import Told, told_by_group, told_by_step, unread_receivers
from simulator.estate.steps import Planned
from tests.controls.build import resource

GROUP = "azurerm_monitor_action_group.g"


def step(call, body=None, effects=(Effect.NOTIFY,)):
    http = Call("POST", call, "", body, "")
    return Planned("Tell", resource(GROUP), effects, call, (), frozenset(), "", http=http)


def test_each_receiver_with_people_behind_it_is_told():
    group = resource(
        GROUP,
        email_receiver=[{"name": "Privacy", "email_address": " Privacy@Shop.co "}],
        sms_receiver=[{"name": "on-call", "phone_number": "415"}],
        event_hub_receiver=[{"name": "hub", "event_hub_name": "h"}],
    )
    assert told_by_group(group) == (
        Told("mail", "privacy@shop.co", "Privacy"),
        Told("text message", "415", "on-call"),
    )


def test_receivers_that_cannot_be_read_are_named():
    group = resource(GROUP, sms_receiver=Unresolvable("for_each is not known"))
    assert unread_receivers(group) == ("sms_receiver",)


@pytest.mark.parametrize(
    ("call", "body", "told"),
    [
        ("office365/v2/Mail", {"To": "a@s.co; B@s.co"}, {("mail", "a@s.co"), ("mail", "b@s.co")}),
        (
            "graph.microsoft.com/v1.0/users/x/sendMail",
            {"message": {"toRecipients": ({"emailAddress": {"address": "A@s.co"}},)}},
            {("mail", "a@s.co")},
        ),
        (
            "acsemail/emails:sendGAVersion",
            {"recipients": {"to": ({"address": "a@s.co"},)}},
            {("mail", "a@s.co")},
        ),
        ("teams/beta/teams/conversation", None, {("chat", "teams/beta/teams/conversation")}),
        ("hooks.slack.com/x", None, {("chat", "hooks.slack.com/x")}),
        ("twilio/Messages.json", None, {("text message", "twilio/Messages.json")}),
        ("servicenow/api/now", None, {("ticket", "servicenow/api/now")}),
        ("events.pagerduty.com/v2", None, {("webhook", "events.pagerduty.com/v2")}),
        ("office365/v2/Mail", "@body('x')", {("mail", "office365/v2/Mail")}),
    ],
)
def test_a_step_tells_by_the_channel_of_its_call(call, body, told):
    assert {(one.channel, one.who) for one in told_by_step(step(call, body))} == told


def test_a_step_that_does_something_else_tells_nobody():
    assert told_by_step(step("office365/v2/Mail", {"To": "a@s.co"}, (Effect.OTHER,))) == ()


@pytest.mark.parametrize(
    "who", ["a@example.com", "a@mail.EXAMPLE.org", "a@shop.test", "", "x@contoso.com"]
)
def test_nobody_is_at_a_placeholder(who):
    assert Told("mail", who).is_nobody


@pytest.mark.parametrize("who", ["a@shop.co", "a@goldenpoppy.example", "a@myexample.com", "415"])
def test_somebody_may_be_anywhere_else(who):
    assert not Told("mail", who).is_nobody


@pytest.mark.parametrize(
    ("called", "who", "answer"),
    [
        ("privacy", "x@s.co", True),
        ("x", "legal@s.co", True),
        ("DPO", "x@s.co", True),
        ("data-protection", "x@s.co", True),
        ("on-call", "security@s.co", False),
        ("dpos", "x@s.co", False),
    ],
)
def test_the_privacy_office_is_told_by_its_name_or_address(called, who, answer):
    assert Told("mail", who, called).is_privacy is answer


@given(st.text(), st.text())
def test_any_name_and_address_can_be_read(called, who):
    told = Told("mail", who, called)
    assert told.is_nobody in {True, False}
    assert told.is_privacy in {True, False}
