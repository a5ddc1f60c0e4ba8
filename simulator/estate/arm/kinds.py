"""Every ARM type that has a name in azurerm here, by type in lower case."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.action_groups import ACTION_GROUPS
from simulator.estate.arm.alerts import ALERTS
from simulator.estate.arm.analytics import ANALYTICS
from simulator.estate.arm.api_management import API_MANAGEMENT
from simulator.estate.arm.caches import CACHES
from simulator.estate.arm.connectors import CONNECTORS
from simulator.estate.arm.containers import CONTAINERS
from simulator.estate.arm.databases import SQL
from simulator.estate.arm.documents import DOCUMENTS
from simulator.estate.arm.edge import EDGE
from simulator.estate.arm.firewalls import FIREWALLS
from simulator.estate.arm.identity import IDENTITY
from simulator.estate.arm.interfaces import INTERFACES
from simulator.estate.arm.logic import LOGIC
from simulator.estate.arm.mapping import Kind
from simulator.estate.arm.messaging import MESSAGING
from simulator.estate.arm.monitor import MONITOR
from simulator.estate.arm.network import NETWORK
from simulator.estate.arm.open_databases import OPEN_DATABASES
from simulator.estate.arm.policy import POLICY
from simulator.estate.arm.purview import PURVIEW
from simulator.estate.arm.security import SECURITY
from simulator.estate.arm.sentinel import SENTINEL
from simulator.estate.arm.services import SERVICES
from simulator.estate.arm.storage import STORAGE
from simulator.estate.arm.stored import STORED
from simulator.estate.arm.vault import VAULT
from simulator.estate.arm.web import WEB

_ALL: Final = (
    *STORAGE,
    *STORED,
    *SQL,
    *OPEN_DATABASES,
    *DOCUMENTS,
    *CACHES,
    *VAULT,
    *WEB,
    *CONTAINERS,
    *API_MANAGEMENT,
    *MESSAGING,
    *NETWORK,
    *INTERFACES,
    *EDGE,
    *FIREWALLS,
    *ANALYTICS,
    *SERVICES,
    *PURVIEW,
    *MONITOR,
    *SENTINEL,
    *LOGIC,
    *IDENTITY,
    *ALERTS,
    *POLICY,
    *SECURITY,
    *ACTION_GROUPS,
    *CONNECTORS,
)


def _by_type(kinds: tuple[Kind, ...]) -> Mapping[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {}
    for kind in kinds:
        found[kind.arm.casefold()] = (*found.get(kind.arm.casefold(), ()), kind)
    return MappingProxyType(found)


KINDS: Final = _by_type(_ALL)
