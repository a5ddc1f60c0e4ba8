"""Whether anything counts the 45 days, the 10 to confirm receipt and the 24 months of records.

What shows a deadline: a setting of the worker, a wait or a date in a workflow, a tag, or the life
of the message itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.apps import Setting
from simulator.controls.consumer_requests.durability import ANSWER, WHY
from simulator.controls.consumer_requests.parts import (
    Pipeline,
    is_workflow,
    settings_of,
)
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.duration import iso_duration
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.steps import planned
from simulator.estate.workflow import workflow

RECORD_DAYS: Final = 730
_CONFIRM_DAYS: Final = 10
_SUBJECT: Final = re.compile(
    r"(?<![a-z])(?:dsr|dsar)|subject|privacy|consumer_?requests?|rights", re.IGNORECASE
)
_CONFIRM: Final = re.compile(r"confirm|acknowledg|(?<![a-z])ack(?![a-z])", re.IGNORECASE)
RECORD: Final = re.compile(r"record|retention|retain|keep|ledger|archive", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"exten[ds]", re.IGNORECASE)  # to 90 days in all, with notice
_WARNING: Final = re.compile(r"warn|remind|escalat|alert", re.IGNORECASE)
_DEADLINE: Final = re.compile(
    r"(?<!per_)days?(?![a-z])|(?<![a-z])sla(?![a-z])|deadline|(?<![a-z])due(?![a-z])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days that something is told, and where."""

    setting: Setting
    days: int


def numbers(estate: Estate, worker: Resource, kind: re.Pattern[str]) -> Iterator[Days]:
    """The settings of a worker that count days of this kind."""
    for setting in settings_of(estate, worker):
        name = setting.name
        others = [
            k for k in (_CONFIRM, RECORD, _WARNING, _EXTENSION) if k is not kind and k.search(name)
        ]
        if others or not kind.search(name) or not _SUBJECT.search(name):
            continue
        value = effective(setting.value)
        if re.fullmatch(r"\d{1,5}", str(value)):
            yield Days(setting, int(str(value)))


def findings(estate: Estate, parts: Pipeline) -> Iterator[Finding]:
    """What is wrong with the days that a pipeline counts."""
    yield from _counted(estate, parts)
    for worker in parts.workers:
        for told in numbers(estate, worker, _CONFIRM):
            if told.days > _CONFIRM_DAYS:
                yield _too_long(
                    told,
                    _CONFIRM_DAYS,
                    "a receipt is confirmed within 10 business days (11 CCR 7021(a))",
                )
        for told in numbers(estate, worker, RECORD):
            if told.days < RECORD_DAYS:
                yield _finding(
                    told,
                    f"{RECORD_DAYS} or more",
                    "records of requests are kept for 24 months (11 CCR 7101)",
                )


def _counted(estate: Estate, parts: Pipeline) -> Iterator[Finding]:
    told = [one for worker in parts.workers for one in numbers(estate, worker, _DEADLINE)]
    late = [one for one in told if one.days > ANSWER.days]
    for one in late:
        yield _too_long(one, ANSWER.days, WHY)
    if told or any(waits_in_workflow(estate, worker) for worker in parts.workers):
        return
    if any(_lives_so_long(queue) for queue in parts.queues) or _tagged(parts):
        return
    for part in (*parts.workers, *parts.queues)[:1]:
        yield finding(
            part,
            "response_deadline",
            "nothing counts the days since a request was received",
            expected="45 days at most, where the worker, its workflow or its queue can see it",
            why=WHY,
            remedy='app_settings = { DSR_RESPONSE_DAYS = "45" }',
            severity=Severity.HIGH,
            unknown=_hidden(part),
        )


def _hidden(worker: Resource) -> bool:
    """Whether a worker's settings cannot be read as a whole."""
    return worker.unresolved("app_settings") is not None


def waits_in_workflow(estate: Estate, worker: Resource) -> bool:
    """Whether a workflow waits for a time that is no longer than the answer may take."""
    if not is_workflow(worker):
        return False
    steps = planned(workflow(estate, worker.address))
    if any(0 < step.wait.days <= ANSWER.days for step in steps):
        return True
    texts = str(workflow(estate, worker.address).actions)
    found = re.findall(r"addDays\([^,]*,\s*(\d+)\s*\)", texts)
    return any(int(days) <= ANSWER.days for days in found)


def _lives_so_long(queue: Resource) -> bool:
    """Whether a message that is 45 days old becomes a dead letter, which shows."""
    written = effective(queue.get("default_message_ttl"))
    kept = effective(queue.get("dead_lettering_on_message_expiration")) is True
    try:
        days = iso_duration(written).days if isinstance(written, str) else 0
    except ValueError:
        return False
    return kept and days == ANSWER.days


def _tagged(parts: Pipeline) -> bool:
    for part in (*parts.workers, *parts.queues):
        for key, value in part.entries("tags").items():
            days = str(effective(value))
            if _SUBJECT.search(key) and _DEADLINE.search(key) and re.fullmatch(r"\d{1,3}", days):
                return int(days) <= ANSWER.days
    return False


def _too_long(told: Days, most: int, why: str) -> Finding:
    return _finding(told, f"{most} or less", why)


def _finding(told: Days, expected: str, why: str) -> Finding:
    setting = told.setting
    return finding(
        setting.resource,
        setting.attribute,
        setting.value,
        expected=expected,
        why=why,
        remedy=f'{setting.name} = "{expected.partition(" ")[0]}"',
        block=setting.block,
    )
