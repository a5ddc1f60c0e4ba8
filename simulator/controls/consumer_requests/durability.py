"""Whether a queue keeps a request for as long as it may take to answer it.

Defaults: Azure Service Bus quotas and "Message expiration (Time to Live)": a message lives 14 days
in the Basic tier and without end in the others; an expired one is dropped unless dead lettering is
on. A message in a storage queue lives seven days unless its sender says otherwise.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from simulator.controls.consumer_requests.parts import STORAGE_QUEUE, SUBSCRIPTION, owner_of
from simulator.controls.judge import Demand, judge, one_of, true
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.duration import iso_duration
from simulator.estate.model import (
    Estate,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

ANSWER: Final = timedelta(days=45)
_ENDLESS: Final = "P10675199D"
WHY: Final = (
    "a request that is lost is not answered within 45 calendar days of its receipt, which Civ. "
    "Code 1798.130(a)(2)(A) and 11 CCR 7021(b) ask for"
)
_KEPT: Final = Demand(
    "dead_lettering_on_message_expiration",
    true,
    "true",
    f"a request whose time runs out in the queue is dropped without a trace; {WHY}",
    "dead_lettering_on_message_expiration = true",
    Severity.HIGH,
    Omitted(default=False, decided_by="Azure default"),
)
_ACTIVE: Final = Demand(
    "status",
    one_of("Active"),
    '"Active"',
    WHY,
    'status = "Active"',
    default=Omitted("Active", "Azure default"),
)


def findings(estate: Estate, queue: Resource) -> Iterator[Finding]:
    """What makes a queue lose requests."""
    if queue.type == STORAGE_QUEUE:
        yield finding(
            queue,
            "message_ttl",
            "a message lives seven days, unless whoever sends it says otherwise",
            expected="a queue that keeps a request for 45 days",
            why=WHY,
            remedy='azurerm_servicebus_queue: default_message_ttl = "P45D", '
            "dead_lettering_on_message_expiration = true",
            unknown=True,
        )
        return
    yield from judge(queue, _KEPT)
    yield from judge(queue, _ACTIVE)
    yield from _lives(estate, queue)
    idle = queue.get("auto_delete_on_idle")
    if not isinstance(idle, Omitted):
        yield from _long_enough(queue, "auto_delete_on_idle", idle)


def _lives(estate: Estate, queue: Resource) -> Iterator[Finding]:
    """How long a message lives, by the queue itself and by the topic before it."""
    holder = owner_of(estate, queue)
    topic = holder if queue.type == SUBSCRIPTION else None
    namespace = owner_of(estate, topic) if topic is not None else holder
    yield from _life(queue, namespace)
    if topic is not None:
        yield from _life(topic, namespace)


def _life(queue: Resource, namespace: Resource | None) -> Iterator[Finding]:
    lives = queue.get("default_message_ttl")
    if isinstance(lives, Omitted) and effective(lives) != "P14D":
        sku = namespace.get("sku") if namespace is not None else Unresolvable("not declared here")
        tier = effective(sku)
        if isinstance(tier, str):
            basic = tier.casefold() == "basic"
            lives = Omitted("P14D" if basic else _ENDLESS, f"Azure default, {tier} tier")
        else:
            lives = Unresolvable("not set, and the tier of its namespace is not known")
    yield from _long_enough(queue, "default_message_ttl", lives)


def _long_enough(queue: Resource, attribute: str, value: Value) -> Iterator[Finding]:
    written = effective(value)
    try:
        long = _days(written) if isinstance(written, str) else None
    except ValueError:
        long = None
    if long is not None and long >= ANSWER:
        return
    yield finding(
        queue,
        attribute,
        value,
        expected="P45D or longer",
        why=WHY,
        remedy=f'{attribute} = "P45D"',
        severity=Severity.HIGH,
        unknown=long is None or isinstance(value, Reference | Unresolvable),
    )


def _days(text: str) -> timedelta:
    """A duration; without end (P10675199DT2H48M5.4775807S) is longer than any."""
    return timedelta.max if text.startswith(_ENDLESS) else iso_duration(text)
