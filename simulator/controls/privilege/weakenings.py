"""Single changes to a careful estate after which RESP-07 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_CLOSE_STORAGE: Final = "close_storage"
WEAKENINGS: Final = (
    Weakening(
        Harm.WIDEN,
        "azurerm_role_assignment",
        "role_definition_name",
        '"Owner"',
        where="worker_blobs",
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_role_assignment",
        "role_definition_name",
        '"Storage Blob Data Owner"',
        where="worker_blobs",
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_role_assignment",
        "scope",
        '"/subscriptions/b1e84d37-9c50-4f2a-8d16-73a0c5e9f842"',
        where="worker_blobs",
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_role_assignment",
        "scope",
        '"/providers/Microsoft.Management/managementGroups/golden-poppy"',
        where="storefront_secrets",
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_role_assignment",
        "role_definition_name",
        '"User Access Administrator"',
        where="storefront_secrets",
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_role_definition",
        "permissions.actions",
        '["Microsoft.Storage/storageAccounts/*"]',
        where=_CLOSE_STORAGE,
    ),
    Weakening(
        Harm.WIDEN, "azurerm_role_definition", "permissions.actions", '["*"]', where="remove_roles"
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_role_definition",
        "permissions.data_actions",
        '["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"]',
        where=_CLOSE_STORAGE,
    ),
    Weakening(
        Harm.WIDEN,
        "azuread_app_role_assignment",
        "app_role_id",
        '"9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"',
        also=("RESP-04",),
    ),
    Weakening(
        Harm.WIDEN,
        "azuread_directory_role_assignment",
        "role_id",
        '"62e90394-69f5-4237-9190-012177145e10"',
    ),
    Weakening(
        Harm.MISSPELL,
        "azurerm_role_assignment",
        "role_definition_name",
        '"Storage Blob Data Contributer"',
        where="worker_blobs",
    ),
)
