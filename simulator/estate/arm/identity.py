"""Who may do what: identities, roles and their assignments, locks, and resource groups.

The scope of an extension resource is what it stands on: its parent. Properties: Azure REST API
reference, Microsoft.Authorization (roleAssignments and roleDefinitions 2022-04-01, schedules and
role management policies 2020-10-01, locks 2020-05-01), Microsoft.ManagedIdentity 2023-01-31.
"""

import re
from collections.abc import Mapping
from typing import Final

from simulator.estate.arm.mapping import (
    NAME,
    NOTHING,
    PARENT,
    Argument,
    Arguments,
    Blocks,
    Codec,
    Kind,
    OneOf,
    by_property,
    leaf,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.role_policies import policy_rules
from simulator.estate.model import (
    UNSTATED,
    Known,
    Node,
    Reference,
    Unresolvable,
)
from simulator.estate.roles import built_in_name

_AUTHORIZATION: Final = "Microsoft.Authorization"
_ELIGIBLE: Final = "azurerm_pim_eligible_role_assignment"
_ACTIVE: Final = "azurerm_pim_active_role_assignment"
_POLICY: Final = "azurerm_role_management_policy"
_GRANTS: Final = ("AdminAssign", "AdminUpdate", "AdminExtend", "AdminRenew")
_WHO: Final[Arguments] = (
    Argument("scope", PARENT),
    Argument("role_definition_id", "properties.roleDefinitionId"),
    Argument("principal_id", "properties.principalId"),
    Argument("principal_type", "properties.principalType"),
)
_CONDITION: Final[Arguments] = (
    Argument("condition", "properties.condition"),
    Argument("condition_version", "properties.conditionVersion"),
)


def _role_name(one: ArmResource) -> Mapping[str, Node]:
    """ARM has ids of roles alone; a built-in one has the same id, and name, everywhere."""
    id_ = leaf(one.body, "properties.roleDefinitionId")
    text = id_.text if isinstance(id_, Reference) else None
    if isinstance(id_, Known) and isinstance(id_.value, str):
        text = id_.value
    name = built_in_name(text) if text else None
    return {} if name is None else {"role_definition_name": Known(name)}


def _duration(unit: str) -> Codec:
    """Days of ``P365D`` or hours of ``PT8H``; of a duration in other units, none."""
    form = re.compile(r"P(\d+)D" if unit == "days" else r"PT(\d+)H")

    def read(text: object) -> object:
        found = form.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            return None if isinstance(text, str) else UNSTATED
        return int(found[1])

    return Codec(read)


_REQUESTED: Final[Arguments] = (
    Argument("justification", "properties.justification"),
    Argument("ticket.number", "properties.ticketInfo.ticketNumber"),
    Argument("ticket.system", "properties.ticketInfo.ticketSystem"),
    Argument("schedule.start_date_time", "properties.scheduleInfo.startDateTime"),
    Argument("schedule.expiration.end_date_time", "properties.scheduleInfo.expiration.endDateTime"),
    Argument(
        "schedule.expiration.duration_days",
        "properties.scheduleInfo.expiration.duration",
        _duration("days"),
    ),
    Argument(
        "schedule.expiration.duration_hours",
        "properties.scheduleInfo.expiration.duration",
        _duration("hours"),
    ),
)
_SCHEDULED: Final[Arguments] = (
    Argument("schedule.start_date_time", "properties.startDateTime"),
    Argument("schedule.expiration.end_date_time", "properties.endDateTime"),
)


def _declared(one: ArmResource) -> str:
    """A policy names no role; in Azure its assignment does, which has the rules as well."""
    return NOTHING if one.address.startswith("/") else _POLICY


def _assigned(one: ArmResource) -> str | None:
    """An assignment for good; one that is "Activated" is an eligible one in use."""
    kind = leaf(one.body, "properties.assignmentType")
    if not isinstance(kind, Known):
        return None
    return {"assigned": _ACTIVE, "activated": NOTHING}.get(str(kind.value).casefold())


def _no_role(one: ArmResource) -> Mapping[str, Node]:
    why = Unresolvable("a role management policy does not name its role")
    return {**policy_rules("properties.rules")(one), "role_definition_id": why}


IDENTITY: Final = (
    Kind(
        "Microsoft.Resources/resourceGroups",
        "azurerm_resource_group",
        (Argument("managed_by", "managedBy"),),
    ),
    Kind(
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "azurerm_user_assigned_identity",
        (
            Argument("principal_id", "properties.principalId"),
            Argument("client_id", "properties.clientId"),
            Argument("tenant_id", "properties.tenantId"),
        ),
    ),
    Kind(
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        "azurerm_federated_identity_credential",
        (
            Argument("parent_id", PARENT),
            Argument("issuer", "properties.issuer"),
            Argument("subject", "properties.subject"),
            Argument("audience", "properties.audiences"),
        ),
    ),
    Kind(
        f"{_AUTHORIZATION}/roleAssignments",
        "azurerm_role_assignment",
        (
            *_WHO,
            *_CONDITION,
            Argument("description", "properties.description"),
            Argument(
                "delegated_managed_identity_resource_id",
                "properties.delegatedManagedIdentityResourceId",
            ),
        ),
        more=_role_name,
    ),
    Kind(
        f"{_AUTHORIZATION}/roleDefinitions",
        "azurerm_role_definition",
        (
            Argument("name", "properties.roleName"),
            Argument("role_definition_id", NAME),
            Argument("scope", PARENT),
            Argument("description", "properties.description"),
            Argument("assignable_scopes", "properties.assignableScopes"),
            Blocks(
                "permissions",
                "properties.permissions",
                (
                    Argument("actions", "actions"),
                    Argument("not_actions", "notActions"),
                    Argument("data_actions", "dataActions"),
                    Argument("not_data_actions", "notDataActions"),
                ),
            ),
        ),
    ),
    Kind(
        f"{_AUTHORIZATION}/locks",
        "azurerm_management_lock",
        (
            Argument("scope", PARENT),
            Argument("lock_level", "properties.level"),
            Argument("notes", "properties.notes"),
        ),
    ),
    Kind(
        f"{_AUTHORIZATION}/roleEligibilityScheduleRequests",
        by_property("properties.requestType", dict.fromkeys(_GRANTS, _ELIGIBLE)),
        (*_WHO, *_CONDITION, *_REQUESTED),
    ),
    Kind(
        f"{_AUTHORIZATION}/roleAssignmentScheduleRequests",
        by_property("properties.requestType", dict.fromkeys(_GRANTS, _ACTIVE)),
        (*_WHO, *_REQUESTED),
    ),
    Kind(
        f"{_AUTHORIZATION}/roleEligibilitySchedules",
        _ELIGIBLE,
        (*_WHO, *_CONDITION, *_SCHEDULED),
    ),
    Kind(
        f"{_AUTHORIZATION}/roleAssignmentSchedules",
        OneOf((_ACTIVE,), _assigned),
        (*_WHO, *_SCHEDULED),
    ),
    Kind(
        f"{_AUTHORIZATION}/roleManagementPolicies",
        OneOf((_POLICY,), _declared),
        (Argument("scope", PARENT), Argument("description", "properties.description")),
        more=_no_role,
    ),
    Kind(
        f"{_AUTHORIZATION}/roleManagementPolicyAssignments",
        _POLICY,
        (
            Argument("scope", PARENT),
            Argument("role_definition_id", "properties.roleDefinitionId"),
        ),
        more=policy_rules("properties.effectiveRules"),
    ),
)
