"""Every control, and the one way to run it: a crash or an unread module is never a pass."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Final

from simulator.controls.azapi import in_azapi_words
from simulator.controls.azure_sql.control import DATA_06
from simulator.controls.classification_tags import DATA_04
from simulator.controls.consumer_requests.control import RESP_10
from simulator.controls.containment.control import RESP_04
from simulator.controls.continuous_monitoring.control import RESP_13
from simulator.controls.control_plane.control import RESP_14
from simulator.controls.data_map.control import RESP_11
from simulator.controls.data_store_logs.control import RESP_01
from simulator.controls.defender_plans.control import RESP_05
from simulator.controls.detection.control import RESP_03
from simulator.controls.east_west.control import RESP_09
from simulator.controls.encryption_at_rest.control import DATA_05
from simulator.controls.findings import once
from simulator.controls.just_in_time.control import RESP_08
from simulator.controls.log_retention.control import RESP_02
from simulator.controls.managed_stores.control import DATA_11
from simulator.controls.notification.control import RESP_06
from simulator.controls.private_link.control import DATA_09
from simulator.controls.privilege.control import RESP_07
from simulator.controls.public_access import DATA_01
from simulator.controls.recovery.control import DATA_08
from simulator.controls.redaction import redacted
from simulator.controls.removals import with_removals
from simulator.controls.secrets.control import DATA_07
from simulator.controls.shared_keys.control import DATA_02
from simulator.controls.telemetry_redaction.control import DATA_10
from simulator.controls.third_parties.control import RESP_12
from simulator.controls.transport.control import DATA_03
from simulator.controls.verdict import Control, Finding, Outcome, Verdict, verdict
from simulator.estate.model import (
    Block,
    Estate,
    Gap,
    Origin,
    Provider,
    Resource,
    Unresolvable,
    base_address,
)

CONTROLS: Final[Mapping[str, Control]] = MappingProxyType(
    {
        control.id: control
        for control in (
            DATA_01,
            DATA_02,
            DATA_03,
            DATA_04,
            DATA_05,
            DATA_06,
            DATA_07,
            DATA_08,
            DATA_09,
            DATA_10,
            DATA_11,
            RESP_01,
            RESP_02,
            RESP_03,
            RESP_04,
            RESP_05,
            RESP_06,
            RESP_07,
            RESP_08,
            RESP_09,
            RESP_10,
            RESP_11,
            RESP_12,
            RESP_13,
            RESP_14,
        )
    }
)
"""Control id -> control, in the order in which they are reported."""

_RESOURCE: Final = re.compile(r"(?:module\.[^.]+\.)*(data\.)?([a-z0-9]+_\w+)\.(?!tf$)([\w-]+)")


def assess(control: Control, estate: Estate) -> Verdict:
    """What ``control`` says about ``estate``; it never raises for a fault of the control's own.

    A crash is a failure that names the control, the kind of error and, where that can be told, the
    resource being judged. Where a part of the configuration could not be read, there is no passing
    and no "not applicable": what is missing may be the very thing, unless it is a single resource
    of a type that the control is not about. One attribute of a resource is told of once. What a
    plan removes is told, and what is sensitive is not.
    """
    return redacted(estate, _assessed(control, estate))


def _assessed(control: Control, estate: Estate) -> Verdict:
    try:
        result = with_removals(control, estate, control.assess(estate))
        result = in_azapi_words(estate, result)
        result = replace(result, findings=once(result.findings))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not read as a pass
        crashed = _crash(control, estate, error)
        return Verdict(control.id, Outcome.FAILED, (crashed,), (crashed.address,))
    if result.outcome not in {Outcome.PASSED, Outcome.NOT_APPLICABLE}:
        return result
    gaps = [_gap(control, estate, gap) for gap in estate.gaps if _matters(control, gap)]
    if not gaps:
        return result
    return replace(verdict(control.id, result.looked_at, gaps), notes=result.notes)


def _matters(control: Control, gap: Gap) -> bool:
    """Whether the missing part could be something that the control is about.

    Where a single resource is missing, the control is asked about an estate of that one alone.
    """
    match = _RESOURCE.fullmatch(base_address(gap.where))
    if match is None:
        return True
    mode, type_, name = "data" if match[1] else "managed", match[2], match[3]
    origin = gap.origin or Origin(gap.where)
    # Some types concern a control only where they hold something: it might.
    unread = Block({"value": Unresolvable(gap.why)})
    missing = Resource(gap.where, type_, name, unread, origin, Provider(type_), mode)
    try:
        alone = control.assess(Estate((missing,), gap.where, "gap"))
    except Exception:  # noqa: BLE001 - it was asked, so it is about it
        return True
    return alone.outcome is not Outcome.NOT_APPLICABLE


def _crash(control: Control, estate: Estate, error: Exception) -> Finding:
    judged = _resource_in(error.__traceback__)
    return Finding(
        address=judged.address if judged else control.id,
        origin=judged.origin if judged else Origin(estate.source),
        attribute=control.id,
        # The message of the error could hold a sensitive value, so only its kind is told.
        actual=f"the control crashed with {type(error).__name__}"
        + (f" while judging {judged.address}" if judged else ""),
        expected="a verdict",
        why=f"what could not be judged is not proven: {control.title}",
        remedy="report this as a fault of the control, with the declaration of the resource",
        severity=control.severity,
    )


def _resource_in(trace: TracebackType | None) -> Resource | None:
    """The resource that the innermost frame with one was judging."""
    found: Resource | None = None
    for frame in _frames(trace):
        for value in frame.values():
            if isinstance(value, Resource):
                found = value
    return found


def _frames(trace: TracebackType | None) -> Iterator[Mapping[str, object]]:
    while trace is not None:
        yield trace.tb_frame.f_locals
        trace = trace.tb_next


def _gap(control: Control, estate: Estate, gap: Gap) -> Finding:
    return Finding(
        address=gap.where,
        origin=gap.origin or Origin(estate.source),
        attribute="configuration",
        actual=f"could not be read: {gap.why}",
        expected="every part of the configuration readable",
        why=f"what is in it is not proven: {control.title}",
        remedy="make it readable (run terraform init, name its variables), or read a plan instead",
        severity=control.severity,
        unknown=True,
    )
