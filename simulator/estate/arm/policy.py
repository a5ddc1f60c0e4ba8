"""Azure Policy: definitions, sets, assignments, exemptions and remediations.

azurerm calls an assignment by what it stands on, and has every object as JSON text. Properties and
defaults: Azure REST API reference, Microsoft.Authorization (policyDefinitions and
policySetDefinitions 2021-06-01, policyAssignments 2022-06-01, policyExemptions 2022-07-01-preview),
Microsoft.PolicyInsights/remediations 2021-10-01.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.address import parse_address
from simulator.estate.arm.mapping import (
    PARENT,
    Argument,
    Arguments,
    Blocks,
    Kind,
    OneOf,
    leaf,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.document import as_json
from simulator.estate.model import Block, Known, Node, Omitted, Reference, Value

_AUTHORIZATION: Final = "Microsoft.Authorization"
_LEVELS: Final = ("subscription", "resource_group", "management_group", "resource")
_BY_TYPE: Final = {f"azurerm_{level}": level for level in _LEVELS[:3]}
_BY_ID: Final = (
    (re.compile(r"/subscriptions/[^/]+", re.IGNORECASE), "subscription"),
    (re.compile(r"(/subscriptions/[^/]+)?/resourceGroups/[^/]+", re.IGNORECASE), "resource_group"),
    (
        re.compile(r"/providers/Microsoft\.Management/managementGroups/[^/]+", re.IGNORECASE),
        "management_group",
    ),
    (re.compile(r".*/providers/.+/.+/.+", re.IGNORECASE), "resource"),
)
_EXPRESSION: Final = re.compile(r"\$\{[^}]*\}")


def level_of(scope: Value) -> str | None:
    """What a scope is: one of a subscription, a resource group, a management group, a resource.

    >>> level_of(Known("/subscriptions/s/resourceGroups/rg"))
    'resource_group'
    >>> level_of(Reference("data.azurerm_subscription.s"))
    'subscription'
    >>> level_of(Reference("azapi_resource.x")) is None
    True
    """
    if isinstance(scope, Known) and isinstance(scope.value, str):
        return _by_id(scope.value)
    if not isinstance(scope, Reference):
        return None
    if scope.suffix:
        return _by_id(scope.suffix)
    if scope.text is not None and scope.suffix is None:
        return _by_id(_EXPRESSION.sub("x", scope.text))
    return _by_address(scope.to)


def _by_id(text: str) -> str | None:
    whole = text.rstrip("/")
    return next((level for form, level in _BY_ID if form.fullmatch(whole)), None)


def _by_address(address: str) -> str | None:
    try:
        type_ = parse_address(address).type
    except ValueError:
        return None
    if not type_.startswith("azurerm_"):
        return None
    return _BY_TYPE.get(type_, "resource")


def _at(level: str, what: str) -> OneOf:
    type_ = f"azurerm_{level}_policy_{what}"
    return OneOf((type_,), lambda one: type_ if level_of(one.parent) == level else None)


def _json(**paths: str) -> Callable[[ArmResource], Mapping[str, Node]]:
    def more(one: ArmResource) -> Mapping[str, Node]:
        found = {name: as_json(leaf(one.body, path)) for name, path in paths.items()}
        return {n: v for n, v in found.items() if not isinstance(v, Omitted) and not _null(v)}

    return more


def _null(value: Value) -> bool:
    return value == Known("null")


_TOLD: Final[Arguments] = (
    Argument("display_name", "properties.displayName"),
    Argument("description", "properties.description"),
)
_SELECTORS: Final = Blocks(
    "selectors",
    "selectors",
    (Argument("kind", "kind"), Argument("in", "in"), Argument("not_in", "notIn")),
)
_ASSIGNMENT: Final[Arguments] = (
    *_TOLD,
    Argument("policy_definition_id", "properties.policyDefinitionId"),
    Argument("not_scopes", "properties.notScopes"),
    Argument(
        "enforce",
        "properties.enforcementMode",
        words({"Default": True, "DoNotEnforce": False}),
        default=True,
    ),
    Blocks(
        "non_compliance_message",
        "properties.nonComplianceMessages",
        (
            Argument("content", "message"),
            Argument("policy_definition_reference_id", "policyDefinitionReferenceId"),
        ),
    ),
    Blocks("overrides", "properties.overrides", (Argument("value", "value"), _SELECTORS)),
    Blocks(
        "resource_selectors", "properties.resourceSelectors", (Argument("name", "name"), _SELECTORS)
    ),
)
_EXEMPTION: Final[Arguments] = (
    *_TOLD,
    Argument("policy_assignment_id", "properties.policyAssignmentId"),
    Argument("policy_definition_reference_ids", "properties.policyDefinitionReferenceIds"),
    Argument("exemption_category", "properties.exemptionCategory"),
    Argument("expires_on", "properties.expiresOn"),
)
_REMEDIATION: Final[Arguments] = (
    Argument("policy_assignment_id", "properties.policyAssignmentId"),
    Argument("policy_definition_reference_id", "properties.policyDefinitionReferenceId"),
    Argument("location_filters", "properties.filters.locations"),
    Argument("resource_count", "properties.resourceCount"),
    Argument("parallel_deployments", "properties.parallelDeployments"),
    Argument("failure_percentage", "properties.failureThreshold.percentage"),
)
_DISCOVERY: Final = Argument("resource_discovery_mode", "properties.resourceDiscoveryMode")
_DEFINITION: Final[Arguments] = (*_TOLD, Argument("policy_type", "properties.policyType"))


def _definition(one: ArmResource) -> Mapping[str, Node]:
    made = _json(
        policy_rule="properties.policyRule",
        parameters="properties.parameters",
        metadata="properties.metadata",
    )(one)
    if level_of(one.parent) == "management_group":
        return {**made, "management_group_id": one.parent}
    return made


def _set(one: ArmResource) -> Mapping[str, Node]:
    """The references of a set, each with its parameters as JSON text."""
    made = dict(_json(parameters="properties.parameters", metadata="properties.metadata")(one))
    listed = leaf(one.body, "properties.policyDefinitions")
    if isinstance(listed, Value):
        return (
            made if isinstance(listed, Known) else {**made, "policy_definition_reference": listed}
        )
    each = (listed,) if isinstance(listed, Block) else listed or ()
    made["policy_definition_reference"] = tuple(_reference(one, block) for block in each)
    if level_of(one.parent) == "management_group":
        made["management_group_id"] = one.parent
    return made


def _reference(one: ArmResource, block: Block) -> Block:
    pairs = (
        ("policy_definition_id", leaf(block, "policyDefinitionId")),
        ("reference_id", leaf(block, "policyDefinitionReferenceId")),
        ("policy_group_names", leaf(block, "groupNames")),
        ("parameter_values", as_json(leaf(block, "parameters"))),
    )
    values = {
        name: node
        for name, node in pairs
        if node is not None and not isinstance(node, Omitted) and node != Known(None)
    }
    return Block(MappingProxyType(values), one.origin)


def _set_type(one: ArmResource) -> str:
    in_group = level_of(one.parent) == "management_group"
    return "azurerm_management_group_policy_set_definition" if in_group else _SET


_SET: Final = "azurerm_policy_set_definition"
_ASSIGNED: Final = _json(parameters="properties.parameters", metadata="properties.metadata")
_METADATA: Final = _json(metadata="properties.metadata")

POLICY: Final = (
    *(
        Kind(
            f"{_AUTHORIZATION}/policyAssignments",
            _at(level, "assignment"),
            (Argument(f"{level}_id", PARENT), *_ASSIGNMENT),
            more=_ASSIGNED,
        )
        for level in _LEVELS
    ),
    *(
        Kind(
            f"{_AUTHORIZATION}/policyExemptions",
            _at(level, "exemption"),
            (Argument(f"{level}_id", PARENT), *_EXEMPTION),
            more=_METADATA,
        )
        for level in _LEVELS
    ),
    *(
        Kind(
            "Microsoft.PolicyInsights/remediations",
            _at(level, "remediation"),
            (
                Argument(f"{level}_id", PARENT),
                *_REMEDIATION,
                *(() if level == "management_group" else (_DISCOVERY,)),
            ),
        )
        for level in _LEVELS
    ),
    Kind(
        f"{_AUTHORIZATION}/policyDefinitions",
        "azurerm_policy_definition",
        (*_DEFINITION, Argument("mode", "properties.mode")),
        more=_definition,
    ),
    Kind(
        f"{_AUTHORIZATION}/policySetDefinitions",
        OneOf((_SET, "azurerm_management_group_policy_set_definition"), _set_type),
        (
            *_DEFINITION,
            Blocks(
                "policy_definition_group",
                "properties.policyDefinitionGroups",
                (
                    Argument("name", "name"),
                    Argument("display_name", "displayName"),
                    Argument("category", "category"),
                    Argument("description", "description"),
                ),
            ),
        ),
        more=_set,
    ),
)
