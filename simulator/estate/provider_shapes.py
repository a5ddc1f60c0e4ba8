"""What changed its shape between major versions: blocks that became text, arguments that moved."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.model import Block, Known, Node, Omitted, Reference, Unresolvable, effective
from simulator.estate.provider_spelling import as_terraform_reads, prefer


def _with(body: Block, values: dict[str, Node]) -> Block:
    return Block(MappingProxyType(values), body.origin)


def _diagnostic_setting(body: Block) -> Block:
    """``log``/``metric`` blocks of v3 as ``enabled_log``/``enabled_metric``: off ones drop out."""
    for old, new in (("log", "enabled_log"), ("metric", "enabled_metric")):
        node = body.values.get(old)
        if node is None:
            continue
        values = dict(body.values)
        del values[old]
        if isinstance(node, tuple):
            written = tuple(block for block in map(_if_enabled, node) if block is not None)
            present = values.get(new)
            values[new] = written + (present if isinstance(present, tuple) else ())
        elif new not in values:
            values[new] = node
        body = _with(body, values)
    return body


def _if_enabled(block: Block) -> Block | None:
    enabled = block.get("enabled")
    values = {name: node for name, node in block.values.items() if name != "enabled"}
    if isinstance(enabled, Reference | Unresolvable):
        values = dict.fromkeys(values, Unresolvable("whether this log is enabled is not known"))
    elif as_terraform_reads(effective(enabled), sample=True) is False:  # v3 default: true
        return None
    return _with(block, values)


def _automation_rule(body: Block) -> Block:
    """``condition`` blocks of v3 as the ``condition_json`` that replaced them."""
    conditions = body.values.get("condition")
    if not isinstance(conditions, tuple) or not conditions:
        return body
    values = {name: node for name, node in body.values.items() if name != "condition"}
    if isinstance(values.get("condition_json", Omitted()), Omitted):
        values["condition_json"] = _condition_json(conditions)
    return _with(body, values)


def _condition_json(conditions: tuple[Block, ...]) -> Known | Unresolvable:
    rows: list[object] = []
    for block in conditions:
        fields = [block.get(name) for name in ("property", "operator", "values")]
        if not all(isinstance(field, Known) for field in fields):
            return Unresolvable("a condition of the automation rule is not known")
        name, operator, operands = (field.value for field in fields if isinstance(field, Known))
        properties = {
            "propertyName": name,
            "operator": operator,
            "propertyValues": list(operands) if isinstance(operands, tuple) else operands,
        }
        rows.append({"conditionType": "Property", "conditionProperties": properties})
    return Known(json.dumps(rows))


def _customer_managed_key(body: Block) -> Block:
    """A key named in parts (to 4.x) as the one ``key_vault_key_id`` that 4.58 put in their place.

    A key of the configuration is referred to; one that is named in a vault is that vault's id with
    the key's name after it.
    """
    name = body.values.get("key_name")
    present = body.values.get("key_vault_key_id", Omitted())
    if name is None or isinstance(name, Omitted) or not isinstance(present, Omitted):
        return body
    return _with(body, {**body.values, "key_vault_key_id": _key_id(body, name)})


def _key_id(body: Block, name: Node) -> Node:
    version = body.values.get("key_version", Omitted())
    if isinstance(name, Reference) and name.attribute == "name" and not name.suffix:
        attribute = "versionless_id" if isinstance(version, Omitted) else "id"
        return Reference(name.to, attribute, "${" + f"{name.to}.{attribute}" + "}", name.also)
    if isinstance(name, Known) and isinstance(version, Known | Omitted):
        tail = f"/keys/{name.value}"
        if isinstance(version, Known):
            tail += f"/{version.value}"
        for argument in ("key_vault_id", "key_vault_uri"):
            match body.values.get(argument):
                case Reference(to=to, attribute=attribute, suffix="", also=also):
                    return Reference(to, attribute, "${" + f"{to}.{attribute}" + "}" + tail, also)
                case Reference(to=to, attribute=attribute, text=None, also=also):
                    return Reference(to, attribute, None, also)
                case Known(value=str(vault)):
                    return Known(vault.rstrip("/") + tail)
    return Unresolvable("the key that key_name and key_vault_id name is not known")


def _logic_app_standard(body: Block) -> Block:
    """``site_config.public_network_access_enabled`` (to 4.x) as ``public_network_access``."""
    sites = body.values.get("site_config")
    if not isinstance(sites, tuple) or len(sites) != 1:
        return body
    site = dict(sites[0].values)
    old = site.pop("public_network_access_enabled", None)
    if old is None:
        return body
    values = {**body.values, "site_config": (_with(sites[0], site),)}
    match old:
        case Known(value=value, sensitive=sensitive):
            switched = as_terraform_reads(value, sample=True)
            words = {True: "Enabled", False: "Disabled"}
            old = Known(words.get(switched, switched), sensitive)  # type: ignore[call-overload]
        case Reference(to=to, attribute=attribute):
            old = Unresolvable(f"public_network_access_enabled comes from {to}.{attribute}")
    values["public_network_access"] = prefer(values.get("public_network_access"), old)
    return _with(body, values)


def _subnet(body: Block) -> Block:
    """``service_endpoint`` blocks of v5 as the list of services that they were up to v4."""
    written = body.values.get("service_endpoint")
    if written is None or "service_endpoints" in body.values:
        return body
    values = {name: node for name, node in body.values.items() if name != "service_endpoint"}
    services: Node
    if isinstance(written, tuple):
        named = [block.get("service") for block in written]
        services = (
            Known(tuple(value.value for value in named if isinstance(value, Known)))
            if all(isinstance(value, Known) for value in named)
            else Unresolvable("a service endpoint of the subnet is not known")
        )
    else:
        services = written
    return _with(body, {**values, "service_endpoints": services})


SHAPES: Final[Mapping[str, Callable[[Block], Block]]] = MappingProxyType(
    {
        "azurerm_logic_app_standard": _logic_app_standard,
        "azurerm_monitor_aad_diagnostic_setting": _diagnostic_setting,
        "azurerm_monitor_diagnostic_setting": _diagnostic_setting,
        "azurerm_sentinel_automation_rule": _automation_rule,
        "azurerm_storage_account_customer_managed_key": _customer_managed_key,
        "azurerm_subnet": _subnet,
    }
)
"""Resource type -> its body with every shape as the newest of v4 has it."""
