"""RESP-10: consumers' requests enter a queue that keeps them, are worked, and are not late."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.apps import settings
from simulator.controls.consumer_requests import alarms, deadline, durability, reach, records
from simulator.controls.consumer_requests.parts import (
    APPS,
    FRONTS,
    QUEUES,
    Pipeline,
    is_named_for_requests,
    is_workflow,
    owner_of,
    pipeline,
)
from simulator.controls.findings import once
from simulator.controls.judge import Demand, judge, true
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.data_uses import TELEMETRY, USERS
from simulator.estate.model import Estate, Omitted, Resource
from simulator.estate.personal_information import holdings
from simulator.estate.playbook import TriggerKind, playbook
from simulator.estate.sentinel import automation_rules

_WHY: Final = (
    "a request in a mailbox is late before anybody counts: receipt is confirmed within 10 "
    "business days (11 CCR 7021(a)) and answered within 45 calendar days (Civ. Code "
    "1798.130(a)(2)(A))"
)
_ABSENCES: Final = (
    "consumer_requests",
    "consumer_request_worker",
    "consumer_request_intake",
    "dead_letter_alert",
    "deadline_alert",
    "response_deadline",
    "store_access",
)
_MAKERS: Final = (
    "azurerm_servicebus_",
    "azurerm_storage_queue",
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app",
    "azurerm_logic_app_",
    "azurerm_container_app",
    "azurerm_monitor_",
    "azurerm_role_assignment",
    "azapi_",
    "powerplatform_",
)
_BY_SENTINEL: Final = frozenset({TriggerKind.INCIDENT, TriggerKind.ALERT, TriggerKind.ENTITY})
_ENABLED: Final = Demand(
    "enabled",
    true,
    "true",
    _WHY,
    "enabled = true",
    default=Omitted(default=True, decided_by="Azure default"),
)


def _assess(estate: Estate) -> Verdict:
    parts = pipeline(estate)
    found: tuple[Finding, ...]
    if parts.queues or parts.workers:
        looked_at = tuple({r.address: None for r in (*parts.queues, *parts.workers, *parts.intake)})
        found = tuple(_pipeline(estate, parts))
    else:
        asked = _asked(estate)
        if asked is None:
            return not_applicable(
                "RESP-10", *QUEUES, "an application", "a store of consumers' data"
            )
        looked_at = (asked.address,)
        found = (_nothing(asked, parts),)
    doubted = in_doubt(estate, found, _ABSENCES, _MAKERS)
    return verdict("RESP-10", looked_at, once(doubted))


def _asked(estate: Estate) -> Resource | None:
    """What a consumer would ask at, or else what would be asked about; none if there is neither.

    An application with a setting that speaks of privacy comes first. Nobody asks at a playbook,
    which only Sentinel starts, and logs alone are what the applications of others wrote.
    """
    users = estate.of_type(*USERS, *(t for t in APPS if t not in USERS))
    held = (one.store for one in holdings(estate) if one.may_hold)
    for some in (
        estate.of_type(*FRONTS),
        tuple(user for user in users if not _answers_incidents(estate, user)),
        tuple(store for store in held if store.type not in TELEMETRY),
    ):
        if some:
            speaking = {
                s.resource.address for s in settings(estate) if is_named_for_requests(s.name)
            }
            return min(
                some, key=lambda one: (one.address not in speaking, _is_machine(one), one.address)
            )
    return None


def _is_machine(user: Resource) -> bool:
    """Whether it is a virtual machine, or a scale set of them: it says nothing of what it runs."""
    return "_virtual_machine" in user.type


def _answers_incidents(estate: Estate, user: Resource) -> bool:
    """Whether it is a playbook: by its trigger, or because an automation rule runs it."""
    if not is_workflow(user):
        return False
    run = {address for rule in automation_rules(estate) for address in rule.playbooks}
    return user.address in run or playbook(estate, user.address).trigger in _BY_SENTINEL


def _nothing(asked: Resource, parts: Pipeline) -> Finding:
    is_app = asked.type in {*APPS, *USERS}
    elsewhere = parts.elsewhere
    if _is_machine(asked):
        elsewhere = (*elsewhere, f"what runs in {asked.address} does not show")
    # A declaration of stores alone leaves the applications, and so the requests, to another.
    unknown = bool(elsewhere) or not is_app
    said = "; ".join(elsewhere) or (
        "no queue, function or workflow is for consumers' requests"
        if is_app
        else "no application is declared here"
    )
    return finding(
        asked,
        "consumer_requests",
        said,
        expected="a queue for consumers' requests, and what works it in 45 days",
        why=_WHY,
        remedy="show how the 45 days are kept there, and record it as a waiver"
        if elsewhere
        else 'azurerm_servicebus_queue: name = "consumer-requests", default_message_ttl = "P45D", '
        "dead_lettering_on_message_expiration = true",
        severity=Severity.HIGH,
        unknown=unknown,
    )


def _pipeline(estate: Estate, parts: Pipeline) -> Iterator[Finding]:
    for queue in parts.queues:
        yield from durability.findings(estate, queue)
        yield from _dead_letters(estate, queue)
    for worker in parts.workers:
        yield from judge(worker, _ENABLED)
    if not parts.workers:
        yield _nobody(parts)
    elif not parts.queues and not any(map(is_workflow, parts.workers)):
        yield _no_queue(parts.workers[0])
    if not parts.intake:
        yield _no_intake((*parts.queues, *parts.workers)[0])
    yield from deadline.findings(estate, parts)
    yield from alarms.findings(estate, parts)
    yield from reach.findings(estate, parts)
    yield from records.findings(estate, parts)


def _dead_letters(estate: Estate, queue: Resource) -> Iterator[Finding]:
    if queue.type not in {"azurerm_servicebus_queue", "azurerm_servicebus_subscription"}:
        return
    holder = owner_of(estate, queue)
    owner = owner_of(estate, holder) if holder is not None else None
    seen = alarms.dead_letters_are_seen(estate, queue, owner or holder)
    if seen is not True:
        yield finding(
            queue,
            "dead_letter_alert",
            "an alert does, but whether it is on cannot be told"
            if seen is None
            else "nothing looks at what the queue gives up on",
            expected="an alert on DeadletteredMessages with an action group",
            why=f"a request that failed, or ran out of time, lies there unseen; {durability.WHY}",
            remedy='azurerm_monitor_metric_alert: metric_name = "DeadletteredMessages", '
            'operator = "GreaterThan", threshold = 0',
            severity=Severity.HIGH,
            unknown=seen is None,
        )


def _nobody(parts: Pipeline) -> Finding:
    return finding(
        parts.queues[0],
        "consumer_request_worker",
        "; ".join(parts.elsewhere) or "no function, workflow or application reads it",
        expected="something that works the requests in it",
        why=_WHY,
        remedy="azurerm_linux_function_app: app_settings = { REQUESTS_QUEUE_NAME = <queue>.name }",
        severity=Severity.HIGH,
        unknown=bool(parts.elsewhere),
    )


def _no_queue(worker: Resource) -> Finding:
    return finding(
        worker,
        "consumer_request_queue",
        "no queue for requests is declared",
        expected="a queue, or a workflow that keeps the state of each request",
        why=durability.WHY,
        remedy="azurerm_servicebus_queue, named in the worker's app_settings",
        unknown=True,
    )


def _no_intake(part: Resource) -> Finding:
    return finding(
        part,
        "consumer_request_intake",
        "what hands requests in does not show",
        expected="a form or an API that puts each request on the queue",
        why=_WHY,
        remedy="name the queue in the settings of the application with the form, or give its "
        "identity the role Azure Service Bus Data Sender on it",
        unknown=True,
    )


RESP_10: Final = Control(
    id="RESP-10",
    title="Consumers' requests enter a queue that does not lose them, are worked by automation "
    "with a 45-day target that can be seen, and raise an alert before they are late",
    gap="manual data subject request processes that exceed CPRA's 45-day response window",
    severity=Severity.HIGH,
    citations=(
        "Civ. Code 1798.130(a)(2)(A)",
        "11 CCR 7021(a)",
        "11 CCR 7021(b)",
        "11 CCR 7101",
        "Civ. Code 1798.105",
        "Civ. Code 1798.106",
        "Civ. Code 1798.110",
    ),
    frameworks=(
        ("MCSB", ("DP-1",)),
        (
            "NIST SP 800-53",
            ("PT-2", "PT-3", "PT-5", "SI-12", "SI-18", "SI-18(4)", "AC-3(14)", "PM-26"),
        ),
    ),
    techniques=("T1213", "T1656"),
    remedy='azurerm_servicebus_queue: default_message_ttl = "P45D", '
    "dead_lettering_on_message_expiration = true",
    cannot_show=(
        "that requests are finished in 45 days: that is in their records",
        "how well the identity of whoever asks is verified, and that this does not stop the clock",
        "the code of functions, Power Automate flows, and what a service elsewhere does",
        "what the worker leaves out: backups, logs, copies, third parties",
    ),
    assess=_assess,
    weakenings=(
        # A role on a queue that is gone is a role on nobody knows what.
        Weakening(Harm.DELETE, "azurerm_servicebus_queue", also=("RESP-07",)),
        Weakening(Harm.WEAKEN, "azurerm_servicebus_queue", "default_message_ttl", '"P14D"'),
        Weakening(Harm.FLIP, "azurerm_servicebus_queue", "dead_lettering_on_message_expiration"),
        Weakening(Harm.DELETE, "azurerm_monitor_metric_alert", where="expired"),
        Weakening(Harm.FLIP, "azurerm_monitor_metric_alert", "enabled", where="expired"),
        Weakening(
            Harm.MISSPELL,
            "azurerm_monitor_metric_alert",
            "criteria.metric_name",
            '"IncomingMessages"',
            where="expired",
        ),
        Weakening(
            Harm.DELETE, "azurerm_monitor_scheduled_query_rules_alert_v2", where="near_deadline"
        ),
        Weakening(
            Harm.UNLINK,
            "azurerm_monitor_scheduled_query_rules_alert_v2",
            "action",
            where="near_deadline",
        ),
        Weakening(Harm.DELETE, "azurerm_role_assignment", where="worker_blobs"),
        Weakening(Harm.FLIP, "azurerm_linux_function_app", "enabled", where="requests"),
    ),
)
