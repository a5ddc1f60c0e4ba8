"""What is read of a subscription: ARM types, API versions, and what lies below each.

The versions are those that azurerm's own clients use, or the latest stable one where it lags; the
translation relies on their shape. A type that is not here is read with the newest stable version
that its provider lists. Paths: Azure REST API reference.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.azure.duties import ACCESS, MONITORING
from simulator.estate.azure.reads import Kind
from simulator.estate.azure.services import APPS, HUBS, NETWORK
from simulator.estate.azure.stores import DATABASES, SECRETS, STORAGE

UNDIAGNOSED: Final = (
    "microsoft.insights/actiongroups",
    "microsoft.insights/activitylogalerts",
    "microsoft.insights/metricalerts",
    "microsoft.insights/scheduledqueryrules",
    "microsoft.insights/webtests",
    "microsoft.insights/workbooks",
    "microsoft.alertsmanagement/",
    "microsoft.authorization/",
    "microsoft.compute/disks",
    "microsoft.compute/snapshots",
    "microsoft.managedidentity/",
    "microsoft.operationsmanagement/",
    "microsoft.portal/",
    "microsoft.resources/resourcegroups",
    "microsoft.security/",
    "microsoft.web/connections",
)
"""Beginnings of types, in lower case, that have no diagnostic settings."""

ABSENT: Final = frozenset(
    {
        "FeatureNotSupportedForAccount",  # a storage account without queues, files …
        "MethodNotAllowedInPricingTier",  # API Management on consumption
        "MissingSubscriptionRegistration",  # a provider that was never registered has nothing
        "SubscriptionNotRegistered",
        "NotSupported",
        "ResourceNotSupported",
        "ResourceTypeNotSupported",
        "ResourceProviderNotSupported",
        "UnsupportedResourceType",
    }
)
"""Error codes that mean: this resource cannot have such a thing."""

OTHER_VERSION: Final = frozenset(
    {
        "NoRegisteredProviderFound",
        "InvalidApiVersionParameter",
        "InvalidResourceType",
        "InvalidApiVersion",
        "UnsupportedApiVersion",
        "ApiVersionNotSupported",
    }
)
"""Error codes that mean: not in this API version."""

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.type.casefold(): kind
        for kind in (
            *ACCESS,
            *STORAGE,
            *DATABASES,
            *SECRETS,
            *APPS,
            *HUBS,
            *NETWORK,
            *MONITORING,
        )
    }
)
"""Every type that is known here, by its name in lower case."""
