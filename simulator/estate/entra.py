"""Microsoft Entra: the application permissions and directory roles that reach everybody's data.

Source: Microsoft Learn, "Microsoft Graph permissions reference" and "Microsoft Entra built-in
roles". Both kinds of id are the same in every tenant.
"""

import re
from collections.abc import Mapping
from typing import Final

from simulator.estate.model import Estate, Known, Reference, Resource, Value, effective

WIDE_PERMISSIONS: Final[Mapping[str, str]] = {
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": "RoleManagement.ReadWrite.Directory",
    "06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": "Application.ReadWrite.All",
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": "Directory.ReadWrite.All",
    "741f803b-c850-494e-b5df-cde7c675a1ca": "User.ReadWrite.All",
    "62a82d76-70ea-41e2-9197-370581804d09": "Group.ReadWrite.All",
    "dbaae8cf-10b5-4b86-a4a1-f871c94c6695": "GroupMember.ReadWrite.All",
    "50483e42-d915-4231-9639-7fdb7fd190e5": "UserAuthenticationMethod.ReadWrite.All",
    "01c0a623-fc9b-48e9-b794-0756f8e8f067": "Policy.ReadWrite.ConditionalAccess",
    "810c84a8-4a9e-49e6-bf7d-12d183f40d01": "Mail.Read",
    "e2a3a72e-5f79-4c64-b1b1-878b674786c9": "Mail.ReadWrite",
    "01d4889c-1287-42c6-ac1f-5d1e02578ef6": "Files.Read.All",
    "75359482-378d-4052-8f01-80520e7db3cd": "Files.ReadWrite.All",
    "332a536c-c7ef-4017-ab91-336970924f0d": "Sites.Read.All",
    "9492366f-7969-46a4-8d15-ed1a20078fff": "Sites.ReadWrite.All",
    "a82116e5-55eb-4c41-a434-62fe8a61c773": "Sites.FullControl.All",
}
"""Application permissions with which an app takes over the tenant, or reads all mail or files."""

PRIVILEGED_ROLES: Final[Mapping[str, str]] = {
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": "Conditional Access Administrator",
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": "Hybrid Identity Administrator",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f": "Authentication Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c": "SharePoint Administrator",
}
"""Directory roles whose holder can become anybody, or read everybody's mail or files."""

_CREDENTIALS: Final = (
    "microsoft.directory/applications/credentials/update",
    "microsoft.directory/servicePrincipals/credentials/update",
)
_KEY: Final = re.compile(r"(?:app_role_ids|oauth2_permission_scope_ids)\W+([A-Za-z][\w.-]*\w)")


def wide_permission(value: Value) -> str | None:
    """The name of a wide application permission, ``""`` for another one, ``None`` if not known.

    >>> wide_permission(Known("810C84A8-4a9e-49e6-bf7d-12d183f40d01"))
    'Mail.Read'
    >>> wide_permission(Reference("azuread_service_principal.g", 'app_role_ids["User.Read.All"]'))
    ''
    """
    if isinstance(value, Reference):
        key = _KEY.search(value.attribute)
        return (key[1] if key[1] in WIDE_PERMISSIONS.values() else "") if key else None
    id_ = effective(value)
    return WIDE_PERMISSIONS.get(id_.casefold(), "") if isinstance(id_, str) else None


def privileged_role(estate: Estate, value: Value) -> str | None:
    """The name of a privileged directory role, ``""`` for another one, ``None`` if not known.

    A custom role is privileged if it may give any application a new credential.
    """
    id_ = effective(value)
    if isinstance(id_, str):
        return PRIVILEGED_ROLES.get(id_.casefold(), "")
    role = estate.by_address.get(value.to) if isinstance(value, Reference) else None
    return None if role is None else _privileged(role)


def _privileged(role: Resource) -> str | None:
    if role.type == "azuread_custom_directory_role":
        allowed = [block.get("allowed_resource_actions") for block in role.blocks("permissions")]
        if role.unresolved("permissions") or not all(isinstance(a, Known) for a in allowed):
            return None
        actions = {str(a).casefold() for some in allowed for a in _texts(some)}
        wide = any(action.casefold() in actions for action in _CREDENTIALS)
        return (role.declared_name or role.name) if wide else ""
    name, template = effective(role.get("display_name")), effective(role.get("template_id"))
    if isinstance(template, str):
        return PRIVILEGED_ROLES.get(template.casefold(), "")
    if not isinstance(name, str):
        return None
    return next((one for one in PRIVILEGED_ROLES.values() if one == name), "")


def _texts(value: Value) -> tuple[object, ...]:
    inner = effective(value)
    return inner if isinstance(inner, tuple) else ()
