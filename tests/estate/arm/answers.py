"""What Azure answers, told in azurerm's words; and whether azurerm knows those words."""

from collections.abc import Mapping
from typing import Final

from simulator.estate.arm.resource import ArmResource, rest_body
from simulator.estate.arm.translate import as_azurerm
from simulator.estate.azure.ids import name_of, parent_of, type_of
from simulator.estate.model import Block, Known, Omitted, Origin, Provider, Resource
from tests.estate.arm.spelling import unheard_of

SUBSCRIPTION: Final = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP: Final = f"{SUBSCRIPTION}/resourceGroups/rg-soc"
WORKSPACE: Final = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-shop"
SENTINEL: Final = f"{WORKSPACE}/providers/Microsoft.SecurityInsights"
VAULT: Final = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-shop"
_EVERY: Final = frozenset(
    {"id", "name", "location", "tags", "resource_group_name", "identity", "lifecycle"}
)


def arm(answer: Mapping[str, object]) -> ArmResource:
    """One resource of a subscription, as the live reader has it."""
    id_ = str(answer["id"])
    above = parent_of(id_)
    body = rest_body({k: v for k, v in answer.items() if k not in {"id", "name", "type", "etag"}})
    assert isinstance(body, Block)
    return ArmResource(
        address=id_,
        type=type_of(id_),
        name=Known(name_of(id_)),
        parent=Known(above) if above else Omitted(),
        body=body,
        origin=Origin("azure:s"),
        provider=Provider("azure"),
        id=Known(id_),
    )


def told(answer: Mapping[str, object]) -> Resource:
    """The one azurerm resource that an answer of Azure's is."""
    (whole,), parts = as_azurerm((arm(answer),))
    assert not parts
    return whole


def unsaid(answer: Mapping[str, object]) -> bool:
    """Whether azurerm has no resource for what an answer of Azure's is about."""
    return as_azurerm((arm(answer),)) == ((), ())


def flat(resource: Resource) -> dict[str, object]:
    """What is set, by dotted path, and the defaults of Azure's own; without what every one has."""
    return {
        path: value.value if isinstance(value, Known) else value
        for path, value in resource.body.walk()
        if path.partition(".")[0] not in _EVERY
    }


def unheard(resource: Resource) -> set[str]:
    """The arguments of a resource that azurerm has not: a definition is the one we add."""
    ours = {"definition"} if resource.type == "azurerm_logic_app_workflow" else set()
    return set(unheard_of(resource.type, resource.body)) - ours
