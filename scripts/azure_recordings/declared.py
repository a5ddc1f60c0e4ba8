"""The values of a declared estate as Azure would hold them: references become ids and names."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.estate.document import references
from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
)

_NAMESPACE = uuid.UUID("6f1f0d8e-8b0c-4c52-9a5e-2f9a2a3c7b10")


def guid(*parts: str) -> str:
    """A GUID that is always the same for the same words."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


@dataclass(frozen=True)
class Declared:
    """An estate in a subscription; ``ids`` gives the ARM id of a resource by its address."""

    estate: Estate
    subscription: str
    tenant: str
    templates: Mapping[str, str]

    def values(self, body: Block | Resource) -> dict[str, Any]:
        """A block as plain JSON: nested blocks as lists of objects, defaults filled in."""
        block = body.body if isinstance(body, Resource) else body
        return {name: self._plain(node) for name, node in block.values.items()}

    def _plain(self, node: object) -> Any:
        if isinstance(node, Block):
            return self.values(node)
        if isinstance(node, tuple):
            return [self._plain(one) for one in node]
        return self.value(node)  # type: ignore[arg-type]

    def value(self, value: Value) -> Any:
        """One value; what only exists after apply is made up, always the same way."""
        match value:
            case Known(value=inner):
                return _thawed(inner)
            case Omitted(default=default):
                return None if default is UNSTATED else _thawed(default)
            case Reference(to=to, attribute=attribute, text=text, also=also):
                if text is None or (also and not text.startswith("${")):
                    made = [self.attribute(one, attribute) for one in (to, *also)]
                    return made if also else made[0]
                return self.text(text)
            case Unresolvable():
                return None
        raise TypeError(value)

    def text(self, text: str) -> str:
        """A text with its references resolved."""
        for found in references(text):
            head = "${" + f"{found.to}.{found.attribute}" + "}"
            text = text.replace(head, str(self.attribute(found.to, found.attribute)))
        return text

    def attribute(self, address: str, attribute: str) -> Any:
        """What Azure would give for an attribute of a resource."""
        resource = self.estate.by_address.get(address)
        leaf = attribute.rpartition(".")[2]
        if resource is None or leaf in {"principal_id", "object_id", "client_id"}:
            known = resource and resource.body.values.get(leaf)
            if isinstance(known, Known):
                return known.value
            return guid(address, "identity" if leaf == "object_id" else leaf)
        if leaf in {"id", "role_definition_resource_id", "resource_manager_id"}:
            return self.id(resource)
        if leaf == "workspace_id" and "workspace_id" in resource.body.values:
            return self.value(resource.get("workspace_id"))
        node = resource.body.values.get(attribute)
        if isinstance(node, Known | Reference):
            return self.value(node)
        return f"{leaf}-of-{resource.declared_name or resource.name}"

    def id(self, resource: Resource) -> str:
        """The ARM id of a resource. Raises ``KeyError`` for a type without a template."""
        return self._ids[resource.address]

    @cached_property
    def _ids(self) -> "_Ids":
        return _Ids(self)


class _Ids(dict[str, str]):
    """Ids by address, each worked out when it is first asked for."""

    def __init__(self, declared: Declared) -> None:
        super().__init__()
        self.declared = declared

    def __missing__(self, address: str) -> str:
        declared = self.declared
        resource = declared.estate.by_address[address]
        if isinstance(known := resource.get("id"), Known):
            return str(known.value)
        template = declared.templates[resource.type]
        values = {"subscription": f"/subscriptions/{declared.subscription}", "guid": guid(address)}

        def filled(match: re.Match[str]) -> str:
            name = match[1]
            if name in values:
                return values[name]
            if name.startswith("apim."):
                return _service(declared, resource)
            found = declared.value(resource.get(name))
            return str(found if found is not None else resource.name)

        made = re.sub(r"\{([\w.]+)\}", filled, template)
        self[address] = made
        return made


def _service(declared: Declared, resource: Resource) -> str:
    name = declared.value(resource.get("api_management_name"))
    found = declared.estate.named("azurerm_api_management", str(name))
    return declared.id(found) if found else f"/missing/{name}"


def _thawed(value: object) -> Any:
    if isinstance(value, Mapping):
        return {key: _thawed(inner) for key, inner in value.items()}
    return [_thawed(one) for one in value] if isinstance(value, tuple) else value
