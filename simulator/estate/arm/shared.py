"""Arguments that several services have in the same words."""

from dataclasses import replace
from typing import Final

from simulator.estate.arm.mapping import ENABLED, Argument

PUBLIC_ACCESS: Final = Argument(
    "public_network_access_enabled", "properties.publicNetworkAccess", ENABLED
)
PUBLIC_BY_DEFAULT: Final = replace(PUBLIC_ACCESS, default=True)
"""The same, of a service that is open where its body says nothing."""

CUSTOMER_MANAGED_KEY: Final = (
    Argument(
        "customer_managed_key.key_vault_key_id",
        "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl",
    ),
    Argument(
        "customer_managed_key.user_assigned_identity_id",
        "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyIdentity"
        ".userAssignedIdentityResourceId",
    ),
)
