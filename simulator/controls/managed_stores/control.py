"""DATA-11: the databases, caches and queues beside storage and SQL get the same rules.

How they encrypt on the way is judged with every other path (DATA-03).
"""

from collections.abc import Iterator
from typing import Final

from simulator.controls import firewall_rules
from simulator.controls.managed_stores.backups import backups
from simulator.controls.managed_stores.encryption import encryption
from simulator.controls.managed_stores.reach import STORES, WHY, reach
from simulator.controls.managed_stores.sign_in import sign_in
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
from simulator.estate.model import Estate, Resource
from simulator.estate.personal_information import holding

_BUS: Final = "azurerm_servicebus_namespace"
_RULES: Final = tuple(
    type_ for type_, kind in firewall_rules.KINDS.items() if kind.server.owners[0] in STORES
)
_ABSENCES: Final = ("aad_auth_only", "private_endpoint")
_MAKERS: Final = ("azurerm_mysql_", "azurerm_private_endpoint", "azapi_")


def _assess(estate: Estate) -> Verdict:
    held = tuple((store, holding(estate, store)) for store in estate.of_type(*STORES))
    stores = tuple(store for store, holds in held if holds.may_hold)
    left_out = tuple(
        f"{store.address} (left out: {holds.because})"
        for store, holds in held
        if not holds.may_hold
    )
    adrift = firewall_rules.homeless(estate, *_RULES)
    if not (stores or adrift):
        return not_applicable("DATA-11", *STORES, *left_out)
    found = (
        *(f for store in stores for f in _store(estate, store)),
        *firewall_rules.elsewhere(adrift, WHY, "delete the rule"),
    )
    looked_at = (*(one.address for one in (*stores, *adrift)), *left_out)
    return verdict("DATA-11", looked_at, in_doubt(estate, found, _ABSENCES, _MAKERS))


def _store(estate: Estate, store: Resource) -> Iterator[Finding]:
    yield from reach(estate, store)
    yield from sign_in(estate, store)
    yield from backups(store)
    yield from encryption(estate, store)


DATA_11: Final = Control(
    id="DATA-11",
    title="Cosmos DB, PostgreSQL, MySQL, Redis, Event Hubs and Service Bus are closed to the "
    "public network, take Entra sign-ins, keep backups and have keys of the team's own for "
    "personal information, as storage and SQL do",
    gap="Data loss prevention policies ... are not applied to all data stores",
    severity=Severity.HIGH,
    citations=(
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
        "11 CCR 7123(c)(1)",
        "11 CCR 7123(c)(2)",
        "11 CCR 7123(c)(10)",
        "11 CCR 7123(c)(18)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("4.5.1", "4.5.3")),
        ("CIS Azure 3.0", ("5.4.1", "5.4.3")),
        ("MCSB", ("IM-1", "NS-2", "DP-5")),
        ("NIST SP 800-53", ("AC-3", "AC-4", "SC-7", "SC-12")),
    ),
    techniques=("T1530", "T1078.004", "T1552.001"),
    remedy="public_network_access_enabled = false, local_authentication_enabled = false",
    cannot_show=(
        "rights granted within a database, and rows and columns",
        "APIs of Cosmos DB that know keys alone, and passwords of Cosmos DB for PostgreSQL",
        "which stores a data-loss-prevention policy covers: azurerm has no resource for one",
        "keys that were handed out before they were switched off",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.FLIP, _BUS, "public_network_access_enabled", also=("DATA-09",)),
        Weakening(Harm.DELETE, _BUS, "public_network_access_enabled", also=("DATA-09",)),
        Weakening(Harm.WEAKEN, _BUS, "public_network_access_enabled", "null", also=("DATA-09",)),
        Weakening(Harm.FLIP, _BUS, "local_auth_enabled"),
        Weakening(Harm.DELETE, _BUS, "local_auth_enabled"),
        Weakening(Harm.WEAKEN, _BUS, "local_auth_enabled", "null"),
    ),
)
