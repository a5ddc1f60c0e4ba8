"""What Azure answers, told in azurerm's words; and whether azurerm knows those words."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.estate.arm.resource import ArmResource, rest_body
from simulator.estate.arm.translate import as_azurerm
from simulator.estate.azure.ids import name_of, parent_of, type_of
from simulator.estate.model import Block, Known, Node, Omitted, Origin, Provider, Resource
from simulator.offline_plan.schema import Block as Schema
from simulator.offline_plan.schema import providers

SUBSCRIPTION: Final = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP: Final = f"{SUBSCRIPTION}/resourceGroups/rg-soc"
WORKSPACE: Final = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-shop"
SENTINEL: Final = f"{WORKSPACE}/providers/Microsoft.SecurityInsights"
VAULT: Final = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-shop"
_EVERY: Final = frozenset(
    {"id", "name", "location", "tags", "resource_group_name", "identity", "lifecycle"}
)
_LATER: Final = {  # spelled by a later version than the schema that is shipped
    "azurerm_application_insights": {"ip_masking_enabled", "local_authentication_enabled"},
    "azurerm_logic_app_workflow": {"definition"},  # no azurerm argument: see ``logic``
}


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


def flat(resource: Resource) -> dict[str, object]:
    """What is set, by dotted path, and the defaults of Azure's own; without what every one has."""
    return {
        path: value.value if isinstance(value, Known) else value
        for path, value in resource.body.walk()
        if path.partition(".")[0] not in _EVERY
    }


def unheard(resource: Resource) -> set[str]:
    """The arguments of a resource that the schema of azurerm has not."""
    later = _LATER.get(resource.type, set())
    schema = providers()["hashicorp/azurerm"].resource(resource.type)
    names = {name: n for name, n in resource.body.values.items() if name not in _EVERY | later}
    return set(_unheard(names, schema, ""))


def _unheard(values: Mapping[str, Node], schema: Schema, prefix: str) -> Iterator[str]:
    for name, node in values.items():
        nested = schema.blocks.get(name)
        if nested is not None:
            for block in node if isinstance(node, tuple) else ():
                yield from _unheard(block.values, nested.body, f"{prefix}{name}.")
        elif name not in schema.attributes:
            yield f"{prefix}{name}"
