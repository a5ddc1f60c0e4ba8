"""A subscription as an Estate."""

import logging
import re
from collections.abc import Callable
from threading import Event
from typing import Final

from azure.core.credentials import TokenCredential
from azure.identity import DefaultAzureCredential

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.azapi import with_parts
from simulator.estate.azure.client import PUBLIC, Arm
from simulator.estate.azure.crawl import crawl
from simulator.estate.errors import EstateError
from simulator.estate.model import LIVE, Estate, Gap

# azure-identity logs every credential that it tries; the error alone is told, unless asked.
logging.getLogger("azure").addHandler(logging.NullHandler())

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GRAPH: Final = (
    "azuread_app_role_assignment",
    "azuread_application",
    "azuread_application_federated_identity_credential",
    "azuread_application_password",
    "azuread_conditional_access_policy",
    "azuread_directory_role_assignment",
    "azuread_group",
    "azuread_group_role_management_policy",
    "azuread_service_principal",
)
_DIRECTORY: Final = tuple(
    Gap(
        f"{type_}.directory",
        "users, groups, applications and their rights (azuread_*) are Microsoft Graph's, which is "
        "not read; name the Terraform that declares them as the estate to have them judged",
    )
    for type_ in _GRAPH
)
"""What Microsoft Entra holds: a gap for each type that a control may be about."""


def read_subscription(
    subscription_id: str,
    *,
    credential: TokenCredential | None = None,
    endpoint: str = PUBLIC,
    progress: Callable[[str], None] = lambda _: None,
) -> Estate:
    """What exists in a subscription, in azurerm's words; ``progress`` is told a line now and then.

    Without a ``credential`` it is whatever ``DefaultAzureCredential`` finds: the environment of a
    service principal, a managed identity, ``az login``. ``endpoint`` is Azure Resource Manager's
    address, which differs in the clouds of governments and of China.

    Raises :class:`EstateError`, with the next step, where the id is none, nobody is signed in, or
    the subscription cannot be read at all. Parts that cannot be read are gaps of the estate.
    """
    if not _GUID.fullmatch(subscription_id):
        raise EstateError(
            f"azure:{subscription_id}: a subscription's id looks like "
            "00000000-0000-0000-0000-000000000000. Take it from `az account list`."
        )
    subscription = subscription_id.lower()
    stop = Event()
    identity = DefaultAzureCredential() if credential is None else credential
    try:
        with Arm(subscription, identity, endpoint, stop) as arm:
            resources, gaps = crawl(arm, subscription, stop, progress)
    finally:
        stop.set()
        if isinstance(identity, DefaultAzureCredential) and credential is None:
            identity.close()
    whole, parts = as_azurerm(resources)
    estate = Estate(whole, f"azure:{subscription}", LIVE, (*gaps, *_DIRECTORY))
    return with_parts(estate, parts)
