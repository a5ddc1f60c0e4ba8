"""DATA-06: Azure SQL is encrypted, audited, watched, Entra-only and off the public network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.controls import firewall_rules
from simulator.controls.azure_sql import auditing, encryption, threat_detection
from simulator.controls.azure_sql.sign_in import ADMINISTRATORS, sign_in
from simulator.controls.judge import Demand, false, judge
from simulator.controls.owners import Link, owner, placed
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
from simulator.estate.model import UNSTATED, Estate, Resource, Unresolvable, effective
from simulator.estate.personal_information import Holds, holding

_SERVER: Final = "azurerm_mssql_server"
_INSTANCE: Final = "azurerm_mssql_managed_instance"
_SYNAPSE: Final = "azurerm_synapse_workspace"
_POLICY: Final = "azurerm_mssql_server_extended_auditing_policy"
_ALERTS: Final = "azurerm_mssql_server_security_alert_policy"
_DATABASE: Final = "azurerm_mssql_database"
_PROTECTOR: Final = "azurerm_mssql_server_transparent_data_encryption"

_OPEN: Final = (
    "a leaked password or token can then be used from anywhere, and every address may try; "
    "reasonable security is owed under Civ. Code 1798.81.5(b), and segmentation is an audit "
    "component of 11 CCR 7123(c)(10)"
)
_UNSEEN: Final = (
    "who can reach its data, how they sign in and whether it is written down is decided outside "
    "this estate; 11 CCR 7123(c)(5) has secure configuration audited"
)


def _closed(attribute: str) -> Demand:
    return Demand(attribute, false, "false", _OPEN, f"{attribute} = false")


_PUBLIC: Final[Mapping[str, Demand]] = {
    _SERVER: _closed("public_network_access_enabled"),
    _INSTANCE: _closed("public_data_endpoint_enabled"),
    _SYNAPSE: _closed("public_network_access_enabled"),
}
_DATABASES: Final[Mapping[str, Link]] = {
    _DATABASE: Link("server_id", (_SERVER,)),
    "azurerm_mssql_managed_database": Link("managed_instance_id", (_INSTANCE,)),
    "azurerm_synapse_sql_pool": Link("synapse_workspace_id", (_SYNAPSE,)),
}
_RULES: Final = ("azurerm_mssql_firewall_rule", "azurerm_synapse_firewall_rule")
_CHILDREN: Final[Mapping[str, Link]] = {
    **_DATABASES,
    **auditing.POLICIES,
    **threat_detection.POLICIES,
    **ADMINISTRATORS,
    **encryption.PROTECTORS,
}
# Gone since azurerm 4.0; what they say is said in other words, which nothing here reads.
_OLD: Final = ("azurerm_sql_server", "azurerm_sql_database", "azurerm_sql_managed_instance")
_ABSENCES: Final = (
    auditing.ABSENT,
    threat_detection.ABSENT,
    encryption.ABSENT,
    "azure_active_directory_administrator",
)
_MAKERS: Final = ("azurerm_mssql_", "azurerm_synapse_", "azurerm_security_center_", "azapi_")

_placed = placed(_DATABASES)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The servers that may hold personal information, with the databases on each that may.

    ``left_out`` says of each other server or database why it is not judged.
    """

    servers: tuple[tuple[Resource, tuple[Resource, ...]], ...]
    left_out: tuple[str, ...]

    @property
    def looked_at(self) -> Iterator[str]:
        """The addresses of what is judged, and of what is not, with the reason."""
        for server, databases in self.servers:
            yield server.address
            yield from (database.address for database in databases)
        yield from self.left_out


def _assess(estate: Estate) -> Verdict:
    scope = _scope(estate)
    adrift = tuple(r for r in estate.of_type(*_CHILDREN) if _is_adrift(estate, r))
    rules = firewall_rules.homeless(estate, *_RULES)
    old = estate.of_type(*_OLD)
    if not (scope.servers or adrift or rules or old):
        return not_applicable("DATA-06", *_PUBLIC, *_DATABASES, *scope.left_out)
    found = (
        *(f for server, databases in scope.servers for f in _server(estate, server, databases)),
        *(_unseen(child) for child in adrift),
        *firewall_rules.elsewhere(rules, _OPEN, "delete the rule"),
        *(_unread(one) for one in old),
    )
    looked_at = (*scope.looked_at, *(r.address for r in (*adrift, *rules, *old)))
    return verdict("DATA-06", looked_at, in_doubt(estate, found, _ABSENCES, _MAKERS))


def _scope(estate: Estate) -> _Scope:
    servers, left_out = [], []
    for server in estate.of_type(*_PUBLIC):
        here = holding(estate, server)
        databases = []
        for database in estate.derived(_placed).get(server.address, ()):
            held = holding(estate, database)
            # What a server's tag says of all of it, a database's own tag or name overrules.
            if held.surely_holds or (held.may_hold and here.may_hold):
                databases.append(database)
            else:
                because = held.because if held.holds is Holds.DECLARED_NOT else here.because
                left_out.append(f"{database.address} (left out: {because})")
        if here.may_hold or databases:
            servers.append((server, tuple(databases)))
        else:
            left_out.append(f"{server.address} (left out: {here.because})")
    return _Scope(tuple(servers), tuple(left_out))


def _server(estate: Estate, server: Resource, databases: tuple[Resource, ...]) -> Iterator[Finding]:
    demand = _PUBLIC[server.type]
    yield from judge(server, demand)
    public = effective(server.get(demand.attribute))
    if public is not False:  # Azure takes no firewall rules on a server that is closed
        yield from firewall_rules.too_wide(
            estate, server, _OPEN, demand.remedy, unsettled=public is UNSTATED
        )
    yield from sign_in(estate, server)
    if server.type != _INSTANCE:  # an instance's audit is made in T-SQL, and RESP-01 sees its logs
        yield from auditing.findings(estate, server, databases)
    yield from threat_detection.findings(estate, server, databases)
    yield from encryption.findings(estate, server, databases)


def _is_adrift(estate: Estate, child: Resource) -> bool:
    return owner(estate, child, _CHILDREN[child.type]) is None


def _unseen(child: Resource) -> Finding:
    link = _CHILDREN[child.type]
    return finding(
        child,
        link.argument,
        child.get(link.argument),
        expected="a server whose settings can be read",
        why=_UNSEEN,
        remedy="declare the server in the same estate, or check the estate that declares it",
        unknown=True,
    )


def _unread(old: Resource) -> Finding:
    new = old.type.replace("azurerm_sql_", "azurerm_mssql_")
    return finding(
        old,
        "type",
        Unresolvable(f"{old.type} is gone since azurerm 4.0 and is not read"),
        expected=new,
        why=_UNSEEN,
        remedy=f"declare it as {new} (import it, and remove this one from the state)",
        unknown=True,
    )


DATA_06: Final = Control(
    id="DATA-06",
    title="Azure SQL is encrypted, personal information under a key of the team's own, audited and "
    "watched for attacks, takes Entra sign-ins only, and is closed to the public network",
    gap="Azure SQL databases without transparent data encryption enabled for sensitive fields",
    severity=Severity.HIGH,
    citations=(
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.150(a)(1)",
        "11 CCR 7123(c)(1)",
        "11 CCR 7123(c)(2)",
        "11 CCR 7123(c)(7)",
        "11 CCR 7123(c)(8)",
        "11 CCR 7123(c)(10)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("4.1.1", "4.1.2", "4.1.4", "4.1.5", "4.1.6")),
        ("CIS Azure 3.0", ("5.1.1", "5.1.2", "5.1.4", "5.1.5", "5.1.6", "5.1.7")),
        ("MCSB", ("DP-4", "IM-1", "LT-3", "LT-6", "NS-2")),
        ("NIST SP 800-53", ("AC-4", "AU-11", "AU-12", "SC-7", "SC-28", "SC-28(1)")),
        ("PCI DSS 4.0", ("3.5.1",)),
    ),
    techniques=("T1530", "T1119", "T1213", "T1078.004", "T1110"),
    remedy="public_network_access_enabled = false, "
    "azuread_administrator { azuread_authentication_only = true }",
    cannot_show=(
        "columns that are encrypted, masked or hidden: TDE protects files and backups, not a query",
        "who holds the column master key",
        "rights granted in T-SQL, and the audit of a managed instance, which is made there too",
        "that the audit rows arrive: the diagnostic setting that carries them is RESP-01's",
        "copies of the data exported to storage",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.FLIP, _SERVER, "public_network_access_enabled", also=("DATA-09",)),
        Weakening(Harm.DELETE, _SERVER, "public_network_access_enabled", also=("DATA-09",)),
        Weakening(Harm.DELETE, _SERVER, "azuread_administrator"),
        Weakening(Harm.FLIP, _SERVER, "azuread_administrator.azuread_authentication_only"),
        Weakening(Harm.DELETE, _SERVER, "azuread_administrator.azuread_authentication_only"),
        Weakening(Harm.DELETE, _POLICY, also=("RESP-01",)),
        Weakening(
            Harm.UNLINK,
            _POLICY,
            "server_id",
            '"/subscriptions/0/resourceGroups/r/providers/Microsoft.Sql/servers/other"',
            also=("RESP-01",),
        ),
        Weakening(Harm.FLIP, _POLICY, "enabled", also=("RESP-01",)),
        Weakening(Harm.FLIP, _POLICY, "log_monitoring_enabled", also=("RESP-01",)),
        Weakening(
            Harm.WEAKEN,
            _POLICY,
            "audit_actions_and_groups",
            '["FAILED_DATABASE_AUTHENTICATION_GROUP"]',
        ),
        Weakening(Harm.WEAKEN, _ALERTS, "state", '"Disabled"'),
        Weakening(Harm.WEAKEN, _ALERTS, "disabled_alerts", '["Data_Exfiltration"]'),
        Weakening(Harm.FLIP, _DATABASE, "transparent_data_encryption_enabled"),
        Weakening(Harm.DELETE, _PROTECTOR),
        Weakening(Harm.DELETE, _PROTECTOR, "key_vault_key_id"),
        Weakening(Harm.FLIP, _PROTECTOR, "auto_rotation_enabled"),
    ),
)
