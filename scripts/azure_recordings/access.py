"""Groups, identities, roles, locks and policies."""

import json
from typing import Any

from declared import Declared, guid
from wire import Json, answer, listed, tracked

from simulator.estate.model import Resource

AUTHORIZATION = "Microsoft.Authorization"

# Microsoft Learn, "Azure built-in roles".
BUILT_IN = {
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Log Analytics Contributor": "92aaf0da-9dab-42b6-94a3-d43ce8d16293",
    "Microsoft Sentinel Automation Contributor": "f4c81013-99ee-4d62-a7ee-b3f1f648599a",
    "Microsoft Sentinel Responder": "3e150937-b8fe-4cfb-8069-0eaf05ecd056",
    "Monitoring Contributor": "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "Storage Account Key Operator Service Role": "81a9662b-bebf-436f-a333-f67b29880f12",
}


def group(d: Declared, r: Resource) -> list[Json]:
    return [tracked(d, r, "Microsoft.Resources/resourceGroups", {})]


def identity(d: Declared, r: Resource) -> list[Json]:
    properties = {
        "tenantId": d.tenant,
        "principalId": d.attribute(r.address, "principal_id"),
        "clientId": d.attribute(r.address, "client_id"),
    }
    return [tracked(d, r, "Microsoft.ManagedIdentity/userAssignedIdentities", properties)]


def role_assignment(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    role = v.get("role_definition_id")
    if role is None:
        role = (
            f"/subscriptions/{d.subscription}/providers/{AUTHORIZATION}/roleDefinitions/"
            f"{BUILT_IN[v['role_definition_name']]}"
        )
    properties = {
        "roleDefinitionId": role,
        "principalId": v["principal_id"],
        "principalType": v.get("principal_type") or "ServicePrincipal",
        "scope": v["scope"],
        "condition": v.get("condition"),
        "conditionVersion": v.get("condition_version"),
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/roleAssignments", properties)]


def role_definition(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "roleName": v["name"],
        "type": "CustomRole",
        "description": v.get("description") or "",
        "assignableScopes": listed(v.get("assignable_scopes")) or [v["scope"]],
        "permissions": [
            {
                "actions": one.get("actions") or [],
                "notActions": one.get("not_actions") or [],
                "dataActions": one.get("data_actions") or [],
                "notDataActions": one.get("not_data_actions") or [],
            }
            for one in v["permissions"]
        ],
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/roleDefinitions", properties)]


def eligibility(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "scope": v["scope"],
        "roleDefinitionId": v["role_definition_id"],
        "principalId": v["principal_id"],
        "principalType": "Group",
        "status": "Provisioned",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "2026-06-30T00:00:00Z",
        "memberType": "Direct",
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/roleEligibilitySchedules", properties)]


def management_policy(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    activation = v["activation_rules"][0]
    active, eligible = v["active_assignment_rules"][0], v["eligible_assignment_rules"][0]
    stage = activation.get("approval_stage") or []
    approvers = [
        {"id": a["object_id"], "userType": a["type"], "isBackup": False}
        for one in stage
        for a in one["primary_approver"]
    ]
    rules = [
        _expiration("Expiration_EndUser_Assignment", "EndUser", activation["maximum_duration"]),
        _enablement("Enablement_EndUser_Assignment", "EndUser", activation),
        {
            "id": "Approval_EndUser_Assignment",
            "ruleType": "RoleManagementPolicyApprovalRule",
            "target": {"caller": "EndUser", "level": "Assignment"},
            "setting": {
                "isApprovalRequired": activation.get("require_approval") or False,
                "approvalStages": [{"primaryApprovers": approvers}] if stage else [],
            },
        },
        _expiration("Expiration_Admin_Assignment", "Admin", active.get("expire_after"), active),
        _enablement("Enablement_Admin_Assignment", "Admin", active),
        _expiration("Expiration_Admin_Eligibility", "Admin", eligible["expire_after"], eligible),
    ]
    properties = {"scope": v["scope"], "displayName": r.name, "rules": rules}
    policy = answer(d.id(r), f"{AUTHORIZATION}/roleManagementPolicies", properties)
    role = v["role_definition_id"]
    assigned = answer(
        f"{v['scope']}/providers/{AUTHORIZATION}/roleManagementPolicyAssignments/"
        f"{guid(r.address, 'assignment')}",
        f"{AUTHORIZATION}/roleManagementPolicyAssignments",
        {
            "scope": v["scope"],
            "roleDefinitionId": role,
            "policyId": d.id(r),
            "effectiveRules": rules,
        },
    )
    return [policy, assigned]


def _expiration(id_: str, caller: str, longest: Any, rules: Json | None = None) -> Json:
    required = True if rules is None else rules.get("expiration_required") or False
    level = "Eligibility" if id_.endswith("Eligibility") else "Assignment"
    return {
        "id": id_,
        "ruleType": "RoleManagementPolicyExpirationRule",
        "isExpirationRequired": required,
        "maximumDuration": longest,
        "target": {"caller": caller, "level": level},
    }


def _enablement(id_: str, caller: str, rules: Json) -> Json:
    enabled = [
        word
        for argument, word in (
            ("require_multifactor_authentication", "MultiFactorAuthentication"),
            ("require_justification", "Justification"),
            ("require_ticket_info", "Ticketing"),
        )
        if rules.get(argument)
    ]
    return {
        "id": id_,
        "ruleType": "RoleManagementPolicyEnablementRule",
        "enabledRules": enabled,
        "target": {"caller": caller, "level": "Assignment"},
    }


def lock(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {"level": v["lock_level"], "notes": v.get("notes")}
    return [answer(d.id(r), f"{AUTHORIZATION}/locks", properties)]


def policy_definition(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "displayName": v["display_name"],
        "policyType": v["policy_type"],
        "mode": v["mode"],
        "policyRule": json.loads(v["policy_rule"]),
        "parameters": json.loads(v.get("parameters") or "{}"),
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/policyDefinitions", properties)]


def policy_assignment(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "displayName": v.get("display_name"),
        "policyDefinitionId": v["policy_definition_id"],
        "scope": v["subscription_id"],
        "notScopes": v.get("not_scopes") or [],
        "enforcementMode": "Default" if v["enforce"] else "DoNotEnforce",
        "parameters": json.loads(v.get("parameters") or "{}"),
    }
    made = tracked(d, r, f"{AUTHORIZATION}/policyAssignments", properties)
    return [made]


def remediation(d: Declared, r: Resource) -> list[Json]:
    properties = {"policyAssignmentId": d.values(r)["policy_assignment_id"]}
    return [answer(d.id(r), "Microsoft.PolicyInsights/remediations", properties)]


WRITERS = {
    "azurerm_resource_group": group,
    "azurerm_user_assigned_identity": identity,
    "azurerm_role_assignment": role_assignment,
    "azurerm_role_definition": role_definition,
    "azurerm_pim_eligible_role_assignment": eligibility,
    "azurerm_role_management_policy": management_policy,
    "azurerm_management_lock": lock,
    "azurerm_policy_definition": policy_definition,
    "azurerm_subscription_policy_assignment": policy_assignment,
    "azurerm_subscription_policy_remediation": remediation,
}
INSIDE = ()
