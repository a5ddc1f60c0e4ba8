"""Policies, assignments and accounts built by hand."""

import json
from dataclasses import replace

from simulator.estate.model import Block, Known, Resource
from simulator.estate.provider import normalise
from tests.controls.build import azurerm, resource

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
SETS = "/providers/Microsoft.Authorization/policySetDefinitions"

PUBLIC_BLOBS = "4fa4b6c0-31ca-4c0d-b10d-24b96f62a751"
INFRASTRUCTURE = "4733ea7b-a883-42fe-8cac-97454c2a9e4a"
CUSTOMER_KEY = "6fac406b-40ca-413b-bf8e-0bf964659c25"
REQUIRE_TAG = "871b6d14-10aa-478d-b590-94f262ecfa99"
REQUIRE_VALUE = "1e30110a-5ceb-460c-a204-c1c3969c6d62"
INHERIT_TAG = "ea3f2387-9b95-492a-a190-fcdc54f7b070"
ADD_TAG = "4f9dc7db-30c1-420c-b61a-e1d640128d26"
BLOB_LOGS = "b4fe1a3b-0715-4c6c-a5ea-ffc33cf823cb"
BENCHMARK = "1f3afdf9-d0c9-4c3d-847f-89da613e70a8"
CIS = "470a962c-86a0-433b-803a-3c176b5ce79c"

ACCOUNT = "Microsoft.Storage/storageAccounts"
GROUP = resource("azurerm_resource_group.data", name="rg-data", location="westus2")


def assignment(
    policy: object,
    *,
    name: str = "a",
    level: str = "subscription",
    scope: object = SUBSCRIPTION,
    major: int = 4,
    **values: object,
) -> Resource:
    """An assignment of a built-in by id, or of whatever a ``Value`` or a whole id means."""
    if isinstance(policy, str) and "/" not in policy:
        policy = f"{DEFINITIONS}/{policy}"
    if "parameters" in values and isinstance(values["parameters"], dict):
        given = {name: {"value": value} for name, value in values["parameters"].items()}
        values["parameters"] = json.dumps(given)
    return normalise(
        resource(
            f"azurerm_{level}_policy_assignment.{name}",
            provider=azurerm(major),
            **{"name": name, f"{level}_id": scope, "policy_definition_id": policy, **values},
        )
    )


def benchmark(**values: object) -> Resource:
    """An assignment of the Microsoft cloud security benchmark."""
    return assignment(f"{SETS}/{BENCHMARK}", **{"name": "benchmark", **values})


def denying(guid: str, *, name: str = "", **values: object) -> Resource:
    """An assignment of a built-in with the effect ``Deny``."""
    return assignment(guid, name=name or f"p{guid[:4]}", parameters={"effect": "Deny"}, **values)


def definition(
    condition: object,
    *,
    effect: str = "deny",
    details: object = None,
    name: str = "d",
    sees: str = "Indexed",
    **values: object,
) -> Resource:
    """A definition of the team's own."""
    then = {"effect": effect} | ({} if details is None else {"details": details})
    rule = json.dumps({"if": condition, "then": then})
    body = {"name": name, "policy_type": "Custom", "policy_rule": rule}
    made = resource(f"azurerm_policy_definition.{name}", **{**body, **values})
    return replace(made, body=Block({**made.body.values, "mode": Known(sees)}))


def exemption(of: object, *, level: str = "subscription", **values: object) -> Resource:
    """An exemption from an assignment."""
    scope = {f"{level}_id": SUBSCRIPTION}
    body = {"name": "x", "exemption_category": "Waiver", "policy_assignment_id": of}
    return resource(f"azurerm_{level}_policy_exemption.x", **{**scope, **body, **values})
