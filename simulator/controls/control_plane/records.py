"""The two records of the control plane, the activity log and Entra's, and where they are sent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.controls.accounts import ACCOUNT
from simulator.controls.copies import Copies
from simulator.controls.verdict import Finding, finding
from simulator.estate.diagnostic_settings import SETTING, is_subscription, logs_of
from simulator.estate.diagnostics import ENTRA_SETTING
from simulator.estate.model import Estate, Omitted, Resource, printable
from simulator.estate.workspaces import WORKSPACE, workspace_of

_EVERY: Final = "alllogs"
_WORKSPACE: Final = "log_analytics_workspace_id"
_STORAGE: Final = "storage_account_id"
_DECLARED: Final = ("managed", WORKSPACE)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the categories that are asked for, and where their copy lands.

    ``tables`` are those of the workspace that have to be copied, ``containers`` those that a
    diagnostic setting writes to. ``missing`` is the attribute under which its absence is told;
    ``target`` is the argument, if any, by which a setting says that it is of this record.
    """

    name: str
    categories: tuple[str, ...]
    tables: tuple[str, ...]
    containers: tuple[str, ...]
    missing: str
    type: str
    target: str = ""


# CIS Azure, "Diagnostic Setting captures appropriate categories".
ACTIVITY: Final = Record(
    "the activity log",
    ("Administrative", "Security", "Alert", "Policy"),
    ("AzureActivity",),
    ("insights-activity-logs",),
    "diagnostic_setting",
    SETTING,
    "target_resource_id = data.azurerm_subscription.current.id, ",
)
ENTRA: Final = Record(
    "the Entra logs",
    ("AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs"),
    ("SigninLogs", "AuditLogs"),
    ("insights-logs-signinlogs", "insights-logs-auditlogs"),
    "aad_diagnostic_setting",
    ENTRA_SETTING,
)


def settings_of_subscriptions(estate: Estate) -> tuple[Resource, ...]:
    """The diagnostic settings that stand on a subscription."""
    every = estate.of_type(SETTING)
    return tuple(one for one in every if is_subscription(one.get("target_resource_id")))


@dataclass(frozen=True, slots=True)
class Sent:
    """A record as some settings, put together, send it; ``why`` cites for every finding."""

    estate: Estate
    record: Record
    settings: Sequence[Resource]
    why: str

    def findings(self) -> Iterator[Finding]:
        """What is not sent to a workspace."""
        to_workspace = [s for s in self.settings if not isinstance(s.get(_WORKSPACE), Omitted)]
        if not to_workspace:
            first = self.settings[0]
            yield finding(
                first,
                _WORKSPACE,
                first.get(_WORKSPACE),
                expected="a workspace, where rules can watch it",
                remedy=f"{_WORKSPACE} = azurerm_log_analytics_workspace.<security>.id",
                why=self.why,
            )
            return
        logs = [logs_of(setting) for setting in to_workspace]
        on = {name for categories, _, _ in logs for name in categories}
        groups = {name for _, names, _ in logs for name in names}
        sent = {name.casefold() for name in on}
        lost = [name for name in self.record.categories if name.casefold() not in sent]
        if not lost or _EVERY in {name.casefold() for name in groups}:
            return
        unread = next((why for _, _, why in logs if why), "")
        written = printable(", ".join(sorted({*on, *groups}))) or "nothing"
        yield finding(
            to_workspace[0],
            "enabled_log",
            unread or f"{written}; without {', '.join(lost)}",
            expected=", ".join(self.record.categories),
            remedy=f'enabled_log {{ category = "{lost[0]}" }}',
            unknown=bool(unread or groups),
            why=self.why,
        )

    def copy(self, copies: Copies) -> Iterator[Finding]:
        """What keeps the record from a copy that nobody can change."""
        direct = [tuple(one) for one in self._written(copies)]
        if any(not found for found in direct):
            return
        exported = [tuple(one) for one in self._exported(copies)]
        if any(not found for found in exported):
            return
        every = (*direct, *exported)
        # Where one of them cannot be known, it may be the copy.
        best = min(every, key=lambda one: (not all(f.unknown for f in one), len(one)), default=None)
        if best is not None:
            yield from best
            return
        yield finding(
            self.settings[0],
            _STORAGE,
            self.settings[0].get(_STORAGE),
            expected="a storage account that nobody can change, beside the workspace",
            remedy=f"{_STORAGE} = azurerm_storage_account.<evidence>.id",
            unknown=any(not isinstance(s.get(_WORKSPACE), Omitted) for s in self.settings),
            why=self.why,
        )

    def accounts(self) -> Iterator[Resource]:
        """The declared storage accounts that the settings write to."""
        for setting in self.settings:
            target = self.estate.target(setting.get(_STORAGE))
            account = target.resource if target is not None else None
            if account is not None and (account.type, account.mode) == (ACCOUNT, "managed"):
                yield account

    def _written(self, copies: Copies) -> Iterator[Iterable[Finding]]:
        """For each setting that writes to storage, what is wrong with that."""
        for setting in self.settings:
            value = setting.get(_STORAGE)
            if isinstance(value, Omitted):
                continue
            target = self.estate.target(value)
            account = target.resource if target is not None else None
            if account is not None and account.type == ACCOUNT and account.mode == "managed":
                yield copies.in_containers(account, self.record.containers)
            else:
                yield (self._account_outside(setting),)

    def _account_outside(self, setting: Resource) -> Finding:
        return finding(
            setting,
            _STORAGE,
            setting.get(_STORAGE),
            expected="a storage account whose immutability can be read",
            remedy="declare the account in the same estate, or check the estate that declares it",
            unknown=True,
            why=self.why,
        )

    def _exported(self, copies: Copies) -> Iterator[Iterable[Finding]]:
        """For each declared workspace, what is wrong with the copy of its tables."""
        for setting in self.settings:
            place = workspace_of(self.estate, setting.get(_WORKSPACE))
            workspace = self.estate.by_address.get(place or "")
            if workspace is not None and (workspace.mode, workspace.type) == _DECLARED:
                yield copies.of_tables(workspace, dict.fromkeys(self.record.tables, True))
