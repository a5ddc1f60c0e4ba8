"""One resource in Azure Resource Manager's own words, whoever wrote it: azapi or Azure itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.estate.model import (
    Block,
    Known,
    Node,
    Omitted,
    Origin,
    Provider,
    Reference,
    Value,
    freeze,
)


@dataclass(frozen=True, slots=True)
class ArmResource:
    """A resource as ARM's REST API has it.

    ``type`` is the full type without an API version
    (``Microsoft.Storage/storageAccounts/blobServices/containers``); ``name`` its last name alone.
    ``id`` is the whole id where it is known, ``parent`` that of what it sits in: the resource group
    or subscription of a top-level resource, the enclosing resource of a nested one, the target of
    an extension resource such as a diagnostic setting. ``body`` is the REST body with ``location``,
    ``tags``, ``sku``, ``identity`` and ``properties``: objects are ``Block``, lists of objects
    tuples of them, everything else values. ``update`` marks a body that only changes a resource
    made elsewhere: that of ``azapi_update_resource``. ``address`` is Terraform's, or the id of a
    live resource.
    """

    address: str
    type: str
    name: Value
    parent: Value
    body: Block
    origin: Origin
    provider: Provider
    id: Value = Omitted()  # noqa: RUF009 - frozen
    update: bool = False
    mode: str = "managed"
    actions: tuple[str, ...] = ()

    def within(self, kind: str, name: str, body: Block) -> "ArmResource":
        """A resource that this one's body holds, with ``kind`` as the last word of its type.

        What has no id in a body that has none either is addressed below this resource.
        """
        written = body.values.get("id")
        own = written if isinstance(written, Known) else None
        return replace(
            self,
            address=f"{self.address}/{kind}" if own is None else str(own.value),
            type=f"{self.type}/{kind}",
            name=Known(name),
            parent=self.id if isinstance(self.id, Known) else self._reference,
            body=replace(body, origin=body.origin or self.origin),
            id=own or Omitted(),
        )

    @property
    def _reference(self) -> Reference:
        return Reference(self.address, text="${" + f"{self.address}.id" + "}")


def rest_body(body: object) -> Node:
    """A JSON object as a ``Block`` tree; any other JSON value as it is.

    >>> body = rest_body({"properties": {"ipRules": [{"value": "203.0.113.7"}], "tags": []}})
    >>> body.get("properties.ipRules.value")
    Known('203.0.113.7')
    >>> body.get("properties.tags")
    Known(())
    """
    if isinstance(body, Mapping):
        return Block({str(name): rest_body(inner) for name, inner in body.items()})
    if isinstance(body, list | tuple) and body and all(isinstance(i, Mapping) for i in body):
        blocks = map(rest_body, body)
        return tuple(block for block in blocks if isinstance(block, Block))
    return Known(freeze(body))
