"""RESP-05: Defender for Cloud watches every kind of data store, and tells somebody."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from simulator.controls.defender_plans.needed import (
    RESOURCE_MANAGER,
    STORAGE,
    WATCHED,
    needed_plans,
    personal_accounts,
)
from simulator.controls.defender_plans.storage import (
    DEFENDER,
    WITH_DISCOVERY,
    account_findings,
    by_account,
    covers_itself,
    plan_findings,
)
from simulator.controls.defender_plans.words import CONTACT, PRICING, plan_finding
from simulator.controls.evidence_logs import evidence_logs, home_of
from simulator.controls.findings import once
from simulator.controls.judge import settle
from simulator.controls.policy_made import ASSIGNMENTS, maker
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate, Known, Omitted, Resource, effective, printable
from simulator.estate.receivers import Told
from simulator.estate.scopes import Answer

_BY_POLICY: Final = "f08c57cd-dbd6-49a4-a85e-9ae77ac959b0"
_ABSENCES: Final = (PRICING, CONTACT, DEFENDER)
_MAKERS: Final = ("azurerm_security_center_", *ASSIGNMENTS, "azapi_")


def _assess(estate: Estate) -> Verdict:
    needed = needed_plans(estate)
    if not needed:
        return not_applicable("RESP-05", *WATCHED)
    home = home_of(estate, evidence_logs(estate), *(r for rs in needed.values() for r in rs))
    plans = _plans(estate)
    accounts = personal_accounts(estate)
    problems = (
        *(f for plan in needed for one in plans.get(plan, ()) for f in _plan(plan, one)),
        *_missing(estate, home, needed, plans),
        *account_findings(estate, accounts, plan=_on(plans.get(STORAGE, ()))),
        *_contact(estate, home),
    )
    looked_at = dict.fromkeys(
        r.address
        for r in (
            home,
            *(r for rs in needed.values() for r in rs),
            *estate.of_type(PRICING, CONTACT, DEFENDER),
        )
    )
    return verdict("RESP-05", looked_at, in_doubt(estate, once(problems), _ABSENCES, _MAKERS))


def _plans(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
    """The declared plans by what they are for; ``""`` where that cannot be told."""
    found: dict[str, tuple[Resource, ...]] = {}
    for pricing in estate.of_type(PRICING):
        name = effective(pricing.get("resource_type"))
        key = name if isinstance(name, str) else ""
        found[key] = (*found.get(key, ()), pricing)
    return found


def _on(pricings: Sequence[Resource]) -> Answer:
    """Whether the plan is on; of several subscriptions, on all of them."""
    tiers = [effective(one.get("tier")) for one in pricings]
    if not tiers or any(isinstance(tier, str) and not _is_paid(tier) for tier in tiers):
        return False
    return None if any(not isinstance(tier, str) for tier in tiers) else True


def _is_paid(tier: object) -> bool:
    return str(tier).casefold() == "standard"


def _plan(plan: str, pricing: Resource) -> Iterator[Finding]:
    tier = pricing.get("tier")
    if not _is_paid(effective(tier)):
        unknown = not isinstance(tier, Known | Omitted)
        yield plan_finding(
            pricing,
            "tier",
            tier,
            expected='"Standard"',
            remedy=settle(tier, 'tier = "Standard"') if unknown else 'tier = "Standard"',
            unknown=unknown,
        )
    elif plan == STORAGE:
        yield from plan_findings(pricing)


def _missing(
    estate: Estate,
    home: Resource,
    needed: Mapping[str, tuple[Resource, ...]],
    plans: Mapping[str, tuple[Resource, ...]],
) -> Iterator[Finding]:
    """The plans that nobody declares, told at once."""
    own = by_account(estate)
    accounts = personal_accounts(estate)
    alone = all(covers_itself(own.get(account.address)) for account in accounts)
    missing = [p for p in needed if p not in plans and not (p == STORAGE and accounts and alone)]
    if not missing:
        return
    policy, lost = maker(estate, _BY_POLICY), next(iter(plans.get("", ())), None)
    actual = "; ".join(f"no {plan}" + _for(needed[plan], plan) for plan in missing)
    if policy is not None:
        actual += f", unless the policy that {policy.address} assigns turns them on"
    elif lost is not None:
        actual += f", unless {lost.address}, whose resource_type cannot be told, is one"
    yield plan_finding(
        home,
        PRICING,
        actual,
        expected='a plan with tier = "Standard" for each kind of resource that it watches',
        remedy=f'{PRICING}: resource_type = "{missing[0]}", tier = "Standard"'
        + (f", {WITH_DISCOVERY}" if missing[0] == STORAGE else ""),
        unknown=policy is not None or lost is not None,
    )


def _for(resources: Sequence[Resource], plan: str) -> str:
    if plan == RESOURCE_MANAGER:
        return ", which watches the changes to all of them"
    more = f" and {len(resources) - 1} more" if len(resources) > 1 else ""
    first = min(resources, key=lambda one: (one.type, one.declared_name or ""))
    return f" for {first.address}{more}"


def _contact(estate: Estate, home: Resource) -> Iterator[Finding]:
    """That nobody is told of what Defender finds, or nobody that can be there."""
    contacts = estate.of_type(CONTACT)
    if not contacts:
        yield plan_finding(
            home,
            CONTACT,
            "nobody is told of what Defender for Cloud finds",
            expected="a contact that is told of alerts",
            remedy=f'{CONTACT}: email = "security@<your domain>", alert_notifications = true, '
            "alerts_to_admins = true",
            severity=Severity.MEDIUM,
        )
    for contact in contacts:
        email = contact.get("email")
        address = effective(email)
        if isinstance(email, Omitted) or (
            isinstance(address, str) and Told("mail", address.strip()).is_nobody
        ):
            yield plan_finding(
                contact,
                "email",
                f"nobody is at {printable(str(address))}" if isinstance(address, str) else email,
                expected="a mailbox that somebody reads",
                remedy='email = "security@<your domain>"',
            )
        for name in ("alert_notifications", "alerts_to_admins"):
            value = contact.get(name)
            if effective(value) is not True:
                unknown = not isinstance(value, Known | Omitted)
                yield plan_finding(
                    contact,
                    name,
                    value,
                    expected="true",
                    remedy=settle(value, f"{name} = true") if unknown else f"{name} = true",
                    severity=Severity.MEDIUM,
                    unknown=unknown,
                )


RESP_05: Final = Control(
    id="RESP-05",
    title="The paid plans of Defender for Cloud are on for every kind of data store in the estate, "
    "with discovery of sensitive data in storage, and alerts reach a named contact",
    gap="Azure infrastructure configurations in global e-commerce often lack the automated "
    "detection, containment, and notification capabilities required",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(7)",
        "11 CCR 7123(c)(8)",
        "11 CCR 7123(c)(4)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.81.5(b)",
    ),
    frameworks=(
        ("CIS Azure 3.0", ("3.1.5.1", "3.1.7.1", "3.1.7.2", "3.1.7.3", "3.1.8.1", "3.1.9.1")),
        ("CIS Azure 5.0", ("8.1.2.1", "8.1.5.1", "8.1.7.1", "8.1.8.1", "8.1.9.1", "8.1.13")),
        ("CIS Azure 6.0", ("8.1.2.1", "8.1.5.1", "8.1.7.1", "8.1.8.1", "8.1.9.1", "8.1.13")),
        ("MCSB", ("LT-1", "LT-2", "DP-2", "DP-8", "IR-2", "IR-3", "IR-5")),
        ("NIST SP 800-53", ("SI-4", "SI-4(12)", "RA-5", "IR-4", "IR-5", "IR-6(2)", "AU-6(4)")),
    ),
    techniques=("T1530", "T1537", "T1078.004", "T1190", "T1552"),
    remedy=f'{PRICING}: resource_type = "StorageAccounts", tier = "Standard", {WITH_DISCOVERY}',
    cannot_show=(
        "whether a plan is really active, and in subscriptions of other provider configurations",
        "which containers discovery has found sensitive data in",
        "from which severity on the contact is told (azurerm has no argument for it)",
        "alerts that a suppression rule dismisses",
        "uploads past a monthly cap on the scan for malware",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.DELETE, PRICING),
        Weakening(Harm.WEAKEN, PRICING, "tier", '"Free"'),
        Weakening(Harm.MISSPELL, PRICING, "resource_type", '"VirtualMachines"'),
        Weakening(Harm.DELETE, PRICING, "resource_type"),
        Weakening(Harm.WEAKEN, PRICING, "subplan", '"PerTransaction"'),
        Weakening(Harm.DELETE, PRICING, "extension"),
        Weakening(Harm.MISSPELL, PRICING, "extension.name", '"OnUploadMalwareScanning"'),
        Weakening(Harm.DELETE, CONTACT),
        Weakening(Harm.FLIP, CONTACT, "alert_notifications"),
        Weakening(Harm.FLIP, CONTACT, "alerts_to_admins"),
        Weakening(Harm.MISSPELL, CONTACT, "email", '"security@example.com"'),
    ),
)
