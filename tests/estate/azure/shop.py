"""A small shop as Azure holds it, and how the tests read it."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any, Final

from azure.core.credentials import AccessToken

from simulator.estate.arm.resource import ArmResource
from simulator.estate.azure.client import Arm
from simulator.estate.azure.crawl import crawl
from simulator.estate.model import Gap
from tests.estate.azure.arm_server import ArmServer

SUB: Final = "11111111-2222-3333-4444-555555555555"
ROOT: Final = f"/subscriptions/{SUB}"
GROUP: Final = f"{ROOT}/resourceGroups/shop"
ACCOUNT: Final = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/orders"
WORKSPACE: Final = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"
SITE: Final = f"{GROUP}/providers/Microsoft.Web/sites/front"
VAULT: Final = f"{GROUP}/providers/Microsoft.KeyVault/vaults/keys"
OWNER: Final = f"{ROOT}/providers/Microsoft.Authorization/roleDefinitions/owner"
VAULT_REFERENCE: Final = "@Microsoft.KeyVault(VaultName=keys;SecretName=db)"


def resource(id_: str, **properties: object) -> dict[str, Any]:
    parts = id_.rpartition("/providers/")[2].split("/")
    return {
        "id": id_,
        "name": parts[-1],
        "type": "/".join([parts[0], *parts[1::2]]),
        "location": "westus",
        "properties": properties,
    }


def diagnostic(target: str, name: str = "audit") -> dict[str, Any]:
    return resource(f"{target}/providers/Microsoft.Insights/diagnosticSettings/{name}", logs=[])


SHOP: Final = (
    {**resource(ACCOUNT, allowBlobPublicAccess=False), "kind": "StorageV2"},
    resource(f"{ACCOUNT}/blobServices/default", isVersioningEnabled=True),
    resource(f"{ACCOUNT}/blobServices/default/containers/invoices", publicAccess="None"),
    resource(f"{ACCOUNT}/blobServices/default/containers/logos", publicAccess="Blob"),
    resource(f"{ACCOUNT}/blobServices/default/containers/reports", hasImmutabilityPolicy=False),
    diagnostic(f"{ACCOUNT}/blobServices/default"),
    resource(WORKSPACE, retentionInDays=365),
    resource(f"{WORKSPACE}/providers/Microsoft.SecurityInsights/onboardingStates/default"),
    {
        **resource(f"{WORKSPACE}/providers/Microsoft.SecurityInsights/alertRules/mass", query="T"),
        "kind": "Scheduled",
    },
    {**resource(SITE, httpsOnly=True), "kind": "app,linux"},
    resource(f"{SITE}/config/web", minTlsVersion="1.2"),
    resource(f"{SITE}/config/appsettings", DB=VAULT_REFERENCE, STRIPE="sk_live_hunter2"),
    resource(VAULT, enablePurgeProtection=True),
    resource(f"{VAULT}/keys/cmk", attributes={"enabled": True}, rotationPolicy={"x": 1}),
    resource(f"{ROOT}/providers/Microsoft.Authorization/roleAssignments/a", roleDefinitionId=OWNER),
    resource(OWNER, roleName="Owner", type="BuiltInRole"),
    resource(f"{ROOT}/providers/Microsoft.Security/pricings/StorageAccounts", pricingTier="Free"),
)


class Signed:
    """A credential that is always signed in, and keeps what it was asked for."""

    def __init__(self, token: str = "token") -> None:
        self.token = token
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        self.scopes.extend(scopes)
        return AccessToken(self.token, 4102444800)  # 2100-01-01


@contextmanager
def client(server: ArmServer, credential: Any = None):
    with Arm(SUB, credential or Signed(), server.endpoint, Event()) as arm:
        yield arm


def read(
    server: ArmServer, progress: Callable[[str], None] = lambda _: None
) -> tuple[Sequence[ArmResource], Sequence[Gap]]:
    with client(server) as arm:
        return crawl(arm, SUB, Event(), progress)


def ids(resources: Sequence[ArmResource]) -> list[str]:
    return [one.address for one in resources]
