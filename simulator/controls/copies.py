"""Copies of logs that nobody can change: what keeps the containers they go to from being that."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from simulator.controls.verdict import Finding, finding
from simulator.estate.exports import EXPORT, Export, container_of, exports
from simulator.estate.immutability import (
    ACCOUNT,
    POLICY,
    Hold,
    Term,
    container_named,
    holds_on,
    unplaced,
)
from simulator.estate.model import Estate, Resource, effective

DAYS: Final = 90
"""For how many days logs are kept at least: the dossier's figure, not one of California law."""

_TRIAL: Final = frozenset(
    {"dev", "development", "test", "testing", "sandbox", "sbx", "qa", "staging", "stage", "nonprod"}
)
_RULE: Final = f"{EXPORT}: enabled = true, table_names = [...], destination_resource_id = a storage"
_LOCK: Final = (
    f"{POLICY}: locked = true, immutability_period_in_days = {DAYS}, "
    "protected_append_writes_all_enabled = true"
)


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies that an estate makes of its logs; ``why`` cites for every finding about them."""

    estate: Estate
    why: str

    def in_containers(self, account: Resource, containers: Iterable[str]) -> Iterator[Finding]:
        """What keeps these containers of a storage account from being write-once: nothing if so."""
        bare: dict[str, tuple[Resource, list[str]]] = {}
        for name in dict.fromkeys(containers):
            holds = holds_on(self.estate, account, name)
            lacks = [tuple(self._lacks(account, hold)) for hold in holds]
            if not holds:
                place = container_named(self.estate, account, name) or account
                bare.setdefault(place.address, (place, []))[1].append(name)
            elif all(lacks):
                yield from lacks[0]
        doubt = next(iter(unplaced(self.estate)), None)
        unless = f", unless {doubt.address}, whose container cannot be told, is" if doubt else ""
        for place, names in bare.values():
            yield finding(
                place,
                "immutability_policy",
                f"none on {', '.join(names)}{unless}",
                expected=f"a locked time-based policy of {DAYS} days or more, which lets append "
                "blobs grow",
                remedy=_LOCK,
                unknown=doubt is not None,
                why=self.why,
            )

    def of_tables(self, workspace: Resource, tables: Mapping[str, bool]) -> Iterator[Finding]:
        """What keeps tables of a workspace from a copy that nobody can change.

        ``tables`` says of each whether it surely receives rows.
        """
        rules = [e for e in exports(self.estate) if e.workspace == workspace.address]
        missing: dict[str, bool] = {}
        reached: dict[str, tuple[Resource, list[str]]] = {}
        for table, surely in tables.items():
            account = self._best(table, rules)
            if account is None:
                missing[table] = surely
            else:
                reached.setdefault(account.address, (account, []))[1].append(container_of(table))
        yield from self._missing(workspace, rules, missing)
        for account, containers in reached.values():
            yield from self.in_containers(account, containers)
        for rule in rules:
            if rule.destination is not None and rule.destination.address in reached:
                yield from self._cannot_arrive(rule, rule.destination, workspace)

    def _best(self, table: str, rules: list[Export]) -> Resource | None:
        """The account that a table is copied to: of several, one where nobody can change it."""
        accounts = [account for rule in rules if (account := _account(rule, table))]
        for account in accounts:
            if not any(self.in_containers(account, (container_of(table),))):
                return account
        return accounts[0] if accounts else None

    def has_rule(self, workspace: Resource) -> bool:
        """Whether a rule exports anything of this workspace, or may."""
        return any(e.workspace in {workspace.address, None} for e in exports(self.estate))

    def no_rule(self, workspace: Resource, what: str, *, unknown: bool) -> Finding:
        """A workspace of which nothing is copied out."""
        return finding(
            workspace,
            "data_export_rule",
            what,
            expected="its security tables exported to a storage account that nobody can change",
            remedy=f"{_RULE} account with {_LOCK}",
            unknown=unknown,
            why=self.why,
        )

    def _missing(
        self, workspace: Resource, rules: list[Export], missing: Mapping[str, bool]
    ) -> Iterator[Finding]:
        if not missing:
            return
        if not rules:
            lost = next((e for e in exports(self.estate) if e.workspace is None), None)
            what = f"no rule exports {', '.join(sorted(missing))}"
            if lost is not None:
                what += f", unless {lost.rule.address}, whose workspace cannot be told, does"
            unsure = lost is not None or not any(missing.values())
            yield self.no_rule(workspace, what, unknown=unsure)
            return
        explained: set[str] = set()
        for rule in rules:
            mine = {t for t in missing if rule.tables is None or t in rule.tables}
            found = tuple(self._broken(rule, mine)) if mine else ()
            yield from found
            explained |= mine if found else set()
        left = {table: surely for table, surely in missing.items() if table not in explained}
        if left:
            names = ", ".join(f'"{table}"' for table in sorted(left))
            yield finding(
                rules[0].rule,
                "table_names",
                f"without {', '.join(sorted(left))}",
                expected="every table that holds what a leak has to be told from",
                remedy=f"table_names = [{names}, ...]",
                unknown=not any(left.values()),
                why=self.why,
            )

    def _broken(self, rule: Export, tables: set[str]) -> Iterator[Finding]:
        """Why a rule that names these tables, or may, does not copy them to a storage account."""
        if rule.enabled is not True:
            yield finding(
                rule.rule,
                "enabled",
                rule.rule.get("enabled"),
                expected="true",
                remedy="enabled = true",
                unknown=rule.enabled is None,
                why=self.why,
            )
        elif rule.tables is None:
            yield finding(
                rule.rule,
                "table_names",
                rule.rule.get("table_names"),
                expected=f"a list with {', '.join(sorted(tables))}",
                remedy="write the list out, or read a plan",
                unknown=True,
                why=self.why,
            )
        elif rule.destination is None or rule.destination.type != ACCOUNT or not _here(rule):
            outside = rule.destination is None or rule.destination.type == ACCOUNT
            yield finding(
                rule.rule,
                "destination_resource_id",
                rule.rule.get("destination_resource_id"),
                expected="a storage account whose immutability can be read",
                remedy="destination_resource_id = azurerm_storage_account.<evidence>.id",
                unknown=outside,
                why=self.why,
            )

    def _cannot_arrive(
        self, rule: Export, account: Resource, workspace: Resource
    ) -> Iterator[Finding]:
        """What keeps an export from arriving: Azure takes such a rule, and the rows are lost."""
        places = [effective(one.get("location")) for one in (account, workspace)]
        if all(isinstance(place, str) for place in places):
            here, there = (str(place).replace(" ", "").casefold() for place in places)
            if here != there:
                yield finding(
                    rule.rule,
                    "destination_resource_id",
                    f"{account.address}, in {here}, while the workspace is in {there}",
                    expected="an account in the region of the workspace",
                    remedy="export to an account in the workspace's region, and replicate that",
                    why=self.why,
                )
        if str(effective(account.get("account_tier"))).casefold() == "premium":
            yield finding(
                account,
                "account_tier",
                account.get("account_tier"),
                expected='"Standard": append blobs cannot be exported to a premium account',
                remedy='account_tier = "Standard"',
                why=self.why,
            )
        for rules in account.blocks("network_rules"):
            bypass = effective(rules.get("bypass"))
            shut = str(effective(rules.get("default_action"))).casefold() == "deny"
            if shut and isinstance(bypass, tuple) and "azureservices" not in _folded(bypass):
                yield finding(
                    account,
                    "network_rules.bypass",
                    rules.get("bypass"),
                    expected="AzureServices in it: Azure Monitor writes the copies",
                    remedy='bypass = ["AzureServices"]',
                    why=self.why,
                )

    def _lacks(self, account: Resource, hold: Hold) -> Iterator[Finding]:
        for term in hold.terms(DAYS):
            if term.holds is not True and not (_is_lock(term) and is_trial(account)):
                found = finding(
                    hold.resource,
                    term.attribute,
                    term.value,
                    expected=term.expected,
                    remedy=term.remedy,
                    unknown=term.holds is None,
                    why=self.why,
                )
                origin = hold.block.origin if hold.block is not None else None
                yield replace(found, origin=origin or found.origin)


def is_trial(account: Resource) -> bool:
    """Whether a tag says that this account is not of production.

    A lock is for good: an account with one cannot be taken down again, so trials go without.
    """
    return any(
        key.casefold() in {"env", "environment", "stage"}
        and str(effective(value)).casefold().replace("-", "") in _TRIAL
        for key, value in account.entries("tags").items()
    )


def _is_lock(term: Term) -> bool:
    return term.attribute in {"locked", "immutability_policy.state"}


def _here(rule: Export) -> bool:
    return rule.destination is not None and rule.destination.mode == "managed"


def _account(rule: Export, table: str) -> Resource | None:
    """The declared storage account that a rule surely copies a table to."""
    copied = rule.enabled is True and rule.tables is not None and table in rule.tables
    account = rule.destination
    return account if copied and account and account.type == ACCOUNT and _here(rule) else None


def _folded(words: tuple[object, ...]) -> set[str]:
    return {str(word).casefold() for word in words}
