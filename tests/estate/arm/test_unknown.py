"""Nothing that is unknown in a body is known, or at its default, in azurerm's words."""

import pytest

from simulator.estate.arm.kinds import KINDS
from simulator.estate.arm.mapping import Kind
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.translate import as_azurerm
from simulator.estate.model import (
    Block,
    Known,
    Node,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
)

_WHY = Unresolvable("var.body has no value")
_COMES = Reference("azurerm_x.y", "output", "${azurerm_x.y.output}")
_PARENT = "/subscriptions/0/resourceGroups/g/providers/A/b/c/d/e/f/g"
_ADDRESS = f"{_PARENT}/kind/x"
_ITS_OWN = frozenset({"name", "id", "resource_group_name", "location", "tags"})
_ALL = tuple(kind for kinds in KINDS.values() for kind in kinds if isinstance(kind.azurerm, str))


def _made(kind: Kind, properties: Node) -> Resource | None:
    one = ArmResource(
        address=_ADDRESS,
        type=kind.arm,
        name=Known("x"),
        parent=Known(_PARENT),
        body=Block({"properties": properties, "kind": properties, "sku": properties}),
        origin=Origin("azure:s"),
        provider=Provider("azure"),
    )
    whole, parts = as_azurerm((one,))
    made = [r for r in whole if r.type == kind.azurerm] + [part.resource for part in parts]
    return made[0] if made else None


def _of_its_place(value: object) -> bool:
    """Whether a value is the resource's own name, or part of what it is in."""
    return isinstance(value, str) and value in _ADDRESS


@pytest.mark.parametrize("properties", [_WHY, _COMES], ids=["unknown", "reference"])
@pytest.mark.parametrize("kind", _ALL, ids=lambda kind: kind.arm)
def test_properties_that_are_not_known_leave_every_argument_unknown(
    kind: Kind, properties: Unresolvable | Reference
) -> None:
    made = _made(kind, properties)
    assert made is not None
    for path, value in made.body.walk():
        if path.partition(".")[0] not in _ITS_OWN:
            assert not isinstance(value, Known) or _of_its_place(value.value), path
            assert not (isinstance(value, Omitted) and value.decided_by), path
