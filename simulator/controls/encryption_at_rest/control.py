"""DATA-05: storage of personal information is encrypted with a key of the team's own, by policy."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.accounts import ACCOUNT, Storage, storage_of
from simulator.controls.encryption_at_rest.keys import KEY, judge_keys
from simulator.controls.encryption_at_rest.weakenings import WEAKENINGS
from simulator.controls.findings import once
from simulator.controls.policy_guards import MAKERS, MISSING, WEAK_ENCRYPTION, Words, judge_guard
from simulator.controls.stores import personal_stores, stores_of
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate, Resource, Unresolvable, effective
from simulator.estate.personal_information import holding

_POLICY: Final = Words(
    "an account that somebody makes tomorrow has no such key, and nobody is told; encryption at "
    "rest is an audit component of 11 CCR 7123(c)(2), secure configuration of (c)(5)",
    'azurerm_subscription_policy_assignment: policy_definition_id = "/providers/Microsoft.'
    'Authorization/policyDefinitions/4733ea7b-a883-42fe-8cac-97454c2a9e4a", parameters = '
    'jsonencode({ effect = { value = "Deny" } })',
)
_UNSEEN: Final = (
    "whether its data is under a key that can be withdrawn is decided outside this estate; "
    "encryption at rest is an audit component of 11 CCR 7123(c)(2)"
)


def _assess(estate: Estate, today: date) -> Verdict:
    storage = storage_of(estate)
    accounts = tuple(one for one in personal_stores(estate) if one.type == ACCOUNT)
    outside = _outside(storage)
    if not accounts and not outside:
        return not_applicable("DATA-05", ACCOUNT, *_left_out(estate))
    found = (
        *(f for account in accounts for f in judge_keys(storage, account)),
        *judge_guard(estate, WEAK_ENCRYPTION, _POLICY, accounts, today),
        *(_unseen(account) for account in outside),
    )
    doubted = in_doubt(estate, once(found), ("customer_managed_key", MISSING), (KEY, *MAKERS))
    looked_at = (*(r.address for r in (*accounts, *outside)), *_left_out(estate))
    notes = tuple(_notes(accounts))
    return replace(verdict("DATA-05", looked_at, doubted), notes=notes)


def _left_out(estate: Estate) -> Iterator[str]:
    """The accounts that hold no personal information, with what says so."""
    exempt = stores_of(estate).exempt
    for account in estate.of_type(ACCOUNT):
        held = holding(estate, account)
        if account.address in exempt:
            yield f"{account.address} (left out: {exempt[account.address]})"
        elif not held.may_hold:
            yield f"{account.address} (left out: {held.because})"


def _outside(storage: Storage) -> tuple[Resource, ...]:
    """Accounts known only as data sources, in which this estate keeps something."""
    owners = {
        owner.address
        for container in storage.containers.values()
        if (owner := storage.account_of(container)) is not None
    }
    return tuple(one for one in storage.outside if one.address in owners)


def _unseen(account: Resource) -> Finding:
    return finding(
        account,
        "customer_managed_key",
        Unresolvable("the account is read as a data source"),
        expected="a key in a vault of the team's own",
        why=_UNSEEN,
        remedy="declare the account in the same estate, or check the estate that declares it",
        unknown=True,
    )


def _notes(accounts: tuple[Resource, ...]) -> Iterator[str]:
    """What is not demanded: a second layer, which only a new account can be given."""
    for account in accounts:
        if effective(account.get("infrastructure_encryption_enabled")) is False:
            yield (
                f"{account.address} has no infrastructure encryption; it is not demanded, and only "
                "a new account can be given it"
            )


def data_05(today: Callable[[], date]) -> Control:
    """DATA-05 on the day that ``today`` gives."""
    return Control(
        id="DATA-05",
        title="Storage that may hold personal information is encrypted with a customer-managed "
        "key, and an enforced Azure Policy keeps it so",
        gap="Implement Azure Policy definitions to enforce encryption-at-rest for all storage "
        "accounts containing PII",
        severity=Severity.HIGH,
        citations=(
            "11 CCR 7123(c)(2)",
            "11 CCR 7123(c)(5)",
            "Civ. Code 1798.81.5(b)",
            "Civ. Code 1798.100(e)",
        ),
        frameworks=(
            ("CIS Azure 2.0", ("3.2", "3.12")),
            ("CIS Azure 3.0", ("4.2", "4.11")),
            ("MCSB", ("DP-4", "DP-5")),
            ("NIST SP 800-53", ("SC-12", "SC-28", "SC-28(1)")),
        ),
        techniques=("T1530",),
        remedy="customer_managed_key { key_vault_key_id = azurerm_key_vault_key.k.versionless_id, "
        "user_assigned_identity_id = azurerm_user_assigned_identity.i.id }",
        cannot_show=(
            "the present state of compliance",
            "assignments inherited from a management group outside this configuration",
            "exemptions made in the portal",
            "whether the key can be reached, and who else can use it",
        ),
        assess=lambda estate: _assess(estate, today()),
        weakenings=WEAKENINGS,
    )


DATA_05: Final = data_05(lambda: wall_clock().date())
