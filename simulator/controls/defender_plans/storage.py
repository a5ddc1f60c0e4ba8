"""Defender for Storage: the plan that also finds sensitive data, on the subscription or by account.

Microsoft Learn, "Defender for Storage": the classic plan watches activity alone, and an extension
that is not listed is off. Settings of an account count only where they override.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from simulator.controls.defender_plans.words import PRICING, plan_finding
from simulator.controls.judge import settle
from simulator.controls.verdict import Finding
from simulator.estate.model import Estate, Known, Omitted, Resource, effective, printable, show
from simulator.estate.scopes import Answer

DEFENDER: Final = "azurerm_security_center_storage_defender"
_NEW: Final = "DefenderForStorageV2"
_DISCOVERY: Final = "SensitiveDataDiscovery"
WITH_DISCOVERY: Final = f'subplan = "{_NEW}", extension {{ name = "{_DISCOVERY}" }}'
"""What makes a plan for storage one that finds sensitive data."""
_OVERRIDES: Final = "override_subscription_settings_enabled"
_FINDS: Final = "sensitive_data_discovery_enabled"


def plan_findings(pricing: Resource) -> Iterator[Finding]:
    """What a plan for storage lacks that is on."""
    subplan = pricing.get("subplan")
    if str(effective(subplan)).casefold() != _NEW.casefold():
        unknown = not isinstance(subplan, Known)
        yield plan_finding(
            pricing,
            "subplan",
            subplan,
            expected=f'"{_NEW}": the classic plan finds no sensitive data',
            remedy=settle(subplan, f'subplan = "{_NEW}"') if unknown else f'subplan = "{_NEW}"',
            unknown=unknown,
        )
    names = [effective(block.get("name")) for block in pricing.blocks("extension")]
    if _DISCOVERY.casefold() not in {str(name).casefold() for name in names}:
        unread = pricing.unresolved("extension")
        lost = unread is not None or any(not isinstance(name, str) for name in names)
        listed = printable(", ".join(n for n in names if isinstance(n, str))) or "none"
        yield plan_finding(
            pricing,
            "extension",
            show(unread) if unread else f"{listed}; what is not listed is off",
            expected=_DISCOVERY,
            remedy=f'extension {{ name = "{_DISCOVERY}" }}',
            unknown=lost,
        )


def by_account(estate: Estate) -> Mapping[str, Resource]:
    """The settings of single accounts, by the address of the account; ``""`` where lost."""
    found: dict[str, Resource] = {}
    for setting in estate.of_type(DEFENDER):
        target = estate.target(setting.get("storage_account_id"))
        found[target.resource.address if target else ""] = setting
    return found


def covers_itself(setting: Resource | None) -> Answer:
    """Whether an account's own settings turn the plan on for it, with discovery."""
    if setting is None:
        return False
    values = [effective(setting.get(name)) for name in (_OVERRIDES, _FINDS)]
    if False in values:
        return False
    return None if any(value is not True for value in values) else True


def account_findings(
    estate: Estate, accounts: Sequence[Resource], *, plan: Answer
) -> Iterator[Finding]:
    """The accounts that Defender does not watch, or that take themselves out of the plan."""
    own = by_account(estate)
    for account in accounts:
        setting = own.get(account.address)
        answer = covers_itself(setting)
        if setting is not None and answer is not True and _takes_out(setting, plan=plan):
            value = setting.get(_FINDS)
            yield plan_finding(
                setting,
                _FINDS,
                value,
                expected="true: these settings override those of the subscription",
                remedy=f"{_FINDS} = true",
                unknown=effective(setting.get(_OVERRIDES)) is not True
                or not isinstance(value, Known | Omitted),
            )
        elif answer is not True and plan is not True:
            lost = own.get("")
            yield plan_finding(
                account,
                DEFENDER,
                "none on it, and no plan for storage on the subscription"
                + (f", unless {lost.address} is on it" if lost is not None else ""),
                expected=f"{PRICING} for StorageAccounts, or this on the account",
                remedy=f"{DEFENDER}: {_OVERRIDES} = true, {_FINDS} = true",
                unknown=plan is None or answer is None or lost is not None,
            )


def _takes_out(setting: Resource, *, plan: Answer) -> bool:
    """Whether settings count, and are all that keeps an account from being watched."""
    overrides = effective(setting.get(_OVERRIDES))
    return overrides is True or (overrides is not False and plan is True)
