"""Logic App workflow definitions, in whichever of four ways they are declared.

``azurerm_logic_app_workflow`` holds no definition: each trigger and action is a resource of its
own, and where there is none, the definition comes from elsewhere: the designer, or a pipeline. One
that azapi wrote, or that Azure answered with, holds it as ``definition`` (see ``arm/logic.py``),
and an ARM template deployment as JSON. The workflow of an ``azurerm_logic_app_standard`` is
deployed by other means and does not show.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.estate.arm_template import Template
from simulator.estate.document import (
    as_value,
    at,
    document,
    object_at,
    references,
    text_at,
)
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
    show,
)

WORKFLOW: Final = "azurerm_logic_app_workflow"
STANDARD: Final = "azurerm_logic_app_standard"
TEMPLATE: Final = "azurerm_resource_group_template_deployment"
KIND: Final = "Microsoft.Logic/workflows"
DEFINITION: Final = "definition"
_HTTP: Final = "azurerm_logic_app_action_http"
_CUSTOM: Final = "azurerm_logic_app_action_custom"
_TRIGGERS: Final = (
    "azurerm_logic_app_trigger_custom",
    "azurerm_logic_app_trigger_http_request",
    "azurerm_logic_app_trigger_recurrence",
)
_MANAGED_API: Final = re.compile(r"managedApis/([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Connection:
    """An API connection of a workflow: the connector behind it, and whose identity it uses."""

    connector: str
    managed_identity: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """The managed identities of a workflow: whether one of its own, and which assigned ones.

    ``assigned`` are addresses; the principal of its own identity is found through its resource.
    """

    own: bool = False
    assigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow's definition as plain JSON.

    ``sources`` gives the resource that declares an action, where that is not ``resource``.
    ``parameters`` are the values given to the definition's parameters, else their defaults.
    ``unreadable`` says why the definition is not known, ``""`` if it is.
    """

    resource: Resource
    enabled: bool
    triggers: Mapping[str, object] = field(default_factory=dict)
    actions: Mapping[str, object] = field(default_factory=dict)
    sources: Mapping[str, Resource] = field(default_factory=dict)
    connections: Mapping[str, Connection] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    identity: Identity = Identity()
    unreadable: str = ""


def workflow_addresses(estate: Estate) -> tuple[str, ...]:
    """The addresses of everything that declares a Logic App workflow."""
    return tuple(r.address for r in estate.resources if r.mode == "managed" and declares(r))


def declares(resource: Resource) -> bool:
    """Whether a resource declares a Logic App workflow."""
    if resource.type == TEMPLATE:
        return KIND.casefold() in str(_raw(resource.get("template_content"))).casefold()
    return resource.type in {WORKFLOW, STANDARD}


def workflow(estate: Estate, address: str) -> Workflow:
    """The workflow at an address; unreadable if the estate does not declare it."""
    resource = estate.by_address.get(address)
    if resource is None:
        origin = Origin("outside this estate")
        stranger = Resource(
            address, WORKFLOW, address, Block(), origin, Provider("azurerm"), "data"
        )
        return Workflow(stranger, enabled=True, unreadable="it is not declared in this estate")
    why = f"a {resource.type} is no workflow"
    if resource.mode == "data":
        why = "it is only read here, as a data source"
    elif resource.type == WORKFLOW:
        return _from_resources(estate, resource)
    elif resource.type == TEMPLATE:
        return _from_template(estate, resource)
    elif resource.type == STANDARD:
        why = "the workflow of a Standard logic app is deployed outside Terraform"
    return Workflow(resource, enabled=True, unreadable=why)


def logic_app(estate: Estate, value: Value) -> str:
    """The address of the workflow that an id argument means; the id's text if it is not here.

    A workflow written out by name below a resource group is found by that name. What is not known
    is said in words.
    """
    found = estate.target(value)
    text = _raw(value)
    named = re.search(r"/workflows/([^/]+)/?$", text)
    if named and (found is None or not declares(found.resource)):
        return estate.derived(_names).get(named[1], text)
    return found.resource.address if found else text or show(value)


def _names(estate: Estate) -> Mapping[str, str]:
    """The workflows by what they are called in Azure: of several, the first that was read."""
    declared = (estate.by_address[address] for address in reversed(workflow_addresses(estate)))
    return {name: r.address for r in declared for name in _called(r)}


def _called(resource: Resource) -> Iterator[str]:
    """What the workflows of a resource are called: a deployment has a name of its own."""
    if resource.type != TEMPLATE:
        yield from () if resource.declared_name is None else (resource.declared_name,)
    elif isinstance(found := _in_template(resource), tuple):
        yield from (name for one in found if (name := text_at(one, "name")))


def logic_app_by_text(estate: Estate, text: str) -> str:
    """The same for an id in a document."""
    return logic_app(estate, as_value(text))


def _raw(value: Value) -> str:
    if isinstance(value, Reference):
        return value.text or "${" + f"{value.to}.{value.attribute}" + "}"
    in_force = effective(value)
    return in_force if isinstance(in_force, str) else ""


def _children(estate: Estate, owner: Resource, *types: str) -> Iterator[tuple[str, Resource]]:
    for child in estate.derived(_by_owner).get(owner.address, ()):
        if child.type in types:
            yield child.declared_name or child.name, child


def _by_owner(estate: Estate) -> Mapping[str, list[Resource]]:
    """The triggers and actions by the address of the workflow that they are in."""
    found: dict[str, list[Resource]] = {}
    for child in estate.of_type(*_TRIGGERS, _HTTP, _CUSTOM):
        target = estate.target(child.get("logic_app_id"))
        if target is not None:
            found.setdefault(target.resource.address, []).append(child)
    return found


def _from_resources(estate: Estate, resource: Resource) -> Workflow:
    own, unknown = _own_definition(resource)
    triggers = {name: _trigger(child) for name, child in _children(estate, resource, *_TRIGGERS)}
    sources = dict(_children(estate, resource, _HTTP, _CUSTOM))
    actions = {name: _action(child) for name, child in sources.items()}
    unread = {
        child.address: body.why
        for child, body in ((sources[name], body) for name, body in actions.items())
        if isinstance(body, Unresolvable)
    }
    connections = document(_connections_value(resource))
    return Workflow(
        resource,
        enabled=effective(resource.get("enabled")) is not False,
        triggers={**object_at(own, "triggers"), **triggers},
        actions={**object_at(own, "actions"), **actions},
        sources=sources,
        connections=_connections(estate, connections),
        parameters=_parameters(resource),
        unreadable="; ".join(
            (*unknown, *(f"{address}: body: {why}" for address, why in unread.items()))
        )
        or _made_elsewhere(resource, triggers, sources),
        identity=_identity(estate, resource),
    )


def _made_elsewhere(
    resource: Resource, triggers: Mapping[str, object], actions: Mapping[str, object]
) -> str:
    """Why a workflow of which no part is declared is not known, ``""`` if some part is."""
    if triggers or actions or DEFINITION in resource.body.values:
        return ""
    return "none of its triggers and actions is declared here, so they are made elsewhere"


def _own_definition(resource: Resource) -> tuple[object, tuple[str, ...]]:
    """The definition that a workflow has itself, if it has one, and what of it is not known."""
    node = resource.body.values.get(DEFINITION)
    if node is None:
        return {}, ()
    own = document(node)
    if isinstance(own, Unresolvable):
        return {}, (f"{DEFINITION}: {own.why}",)
    parts = {name: at(own, name) or {} for name in ("triggers", "actions")}
    each = {f"actions.{name}": action for name, action in object_at(own, "actions").items()}
    hidden = tuple(
        f"{DEFINITION}.{name} is not known"
        for name, part in {**parts, **each}.items()
        if not isinstance(part, Mapping)
    )
    return own, hidden


def _connections_value(resource: Resource) -> Value:
    return resource.entries("parameters").get("$connections", Omitted())


def _trigger(child: Resource) -> object:
    if child.type.endswith("_http_request"):
        return {"type": "Request"}
    if child.type.endswith("_recurrence"):
        return {"type": "Recurrence"}
    return document(child.body.values.get("body"))


def _action(child: Resource) -> object:
    if child.type == _CUSTOM:
        return document(child.body.values.get("body"))
    headers = {name: _raw(value) for name, value in child.entries("headers").items()}
    inputs = {
        "method": _raw(child.get("method")),
        "uri": _raw(child.get("uri")),
        "body": _raw(child.get("body")),
        "headers": headers,
    }
    after = {
        str(effective(block.get("action_name"))): (str(effective(block.get("action_result"))),)
        for block in child.blocks("run_after")
    }
    return {"type": "Http", "inputs": inputs, "runAfter": after}


def _from_template(estate: Estate, resource: Resource) -> Workflow:
    workflows = _in_template(resource)
    if isinstance(workflows, Unresolvable):
        return Workflow(resource, enabled=True, unreadable=f"template_content: {workflows.why}")
    if len(workflows) != 1:
        why = f"the template holds {len(workflows)} workflows; which one is meant does not show"
        return Workflow(resource, enabled=True, unreadable=why)
    return _from_definition(estate, resource, workflows[0])


def _in_template(resource: Resource) -> tuple[Mapping[str, object], ...] | Unresolvable:
    """The workflows that a deployment makes, or why they are not known."""
    body = document(resource.body.values.get("template_content"))
    if isinstance(body, Unresolvable):
        return body
    parameters = document(resource.body.values.get("parameters_content"))
    return Template(body, parameters).resources(KIND)


def _from_definition(estate: Estate, resource: Resource, body: object) -> Workflow:
    identity = _identity(estate, resource)
    if "identity" in (body if isinstance(body, Mapping) else {}):
        kind = text_at(body, "identity.type")
        ids = object_at(body, "identity.userAssignedIdentities")
        assigned = tuple(r.to for text in ids for r in references(text))
        identity = Identity("SystemAssigned" in kind, assigned)
    return Workflow(
        resource,
        enabled=text_at(body, "properties.state").casefold() not in {"disabled", "suspended"},
        triggers=object_at(body, "properties.definition.triggers"),
        actions=object_at(body, "properties.definition.actions"),
        connections=_connections(estate, _given(body).get("$connections")),
        parameters=_given(body),
        identity=identity,
    )


def _given(body: object) -> Mapping[str, object]:
    """The parameters of a workflow in a template."""
    declared = object_at(body, "properties.definition.parameters")
    given = object_at(body, "properties.parameters")
    return {name: at(p, "defaultValue") for name, p in declared.items()} | {
        name: at(p, "value") for name, p in given.items()
    }


def _parameters(resource: Resource) -> Mapping[str, object]:
    declared = resource.entries("workflow_parameters").items()
    return {name: at(document(value), "defaultValue") for name, value in declared} | {
        name: _raw(value) for name, value in resource.entries("parameters").items()
    }


def _identity(estate: Estate, resource: Resource) -> Identity:
    kinds, assigned = "", list[str]()
    for block in resource.blocks("identity"):
        kinds += str(effective(block.get("type")))
        ids = block.get("identity_ids")
        if isinstance(ids, Reference):
            assigned += [ids.to, *ids.also]
        elif isinstance(ids, Known) and isinstance(ids.value, tuple):
            found = (estate.target(Known(item)) for item in ids.value)
            assigned += [target.resource.address for target in found if target]
    return Identity("SystemAssigned" in kinds, tuple(assigned))


def _connections(estate: Estate, connections: object) -> Mapping[str, Connection]:
    if not isinstance(connections, Mapping):
        return {}
    return {
        str(key): Connection(
            _connector(estate, str(key), given),
            text_at(given, "connectionProperties.authentication.type") == "ManagedServiceIdentity",
        )
        for key, given in connections.items()
    }


def _connector(estate: Estate, key: str, given: object) -> str:
    """The connector's name: from its API id, else from the connection's, else as the key says."""
    texts = [text_at(given, "id")]
    target = estate.target(as_value(text_at(given, "connectionId")))
    if target is not None:
        texts.append(_raw(target.resource.get("managed_api_id")))
    found = next((m[1] for m in map(_MANAGED_API.search, texts) if m), None)
    return (found or re.sub(r"[_-]\d+$", "", key)).casefold()
