"""Built-in policies and initiatives that send the logs of whole kinds of resources to a workspace.

Source: Azure/azure-policy, ``policyDefinitions/Monitoring/DS_LA_*`` and ``policySetDefinitions/
Monitoring/AzureMonitor_DiagSettings_logAnalytics_*``, as of 2026-04-29. Only the kinds that matter
to stored personal information are told. Storage accounts and their services are in neither
initiative.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.policy.definitions import Definition, Initiative, Member
from simulator.estate.policy.made import on, switch

_LOG_ANALYTICS_CONTRIBUTOR: Final = "92aaf0da-9dab-42b6-94a3-d43ce8d16293"
_AUDITED: Final = {
    "567c93f7-3661-494f-a30f-0a94d9bfebf8": "microsoft.apimanagement/service",
    "aec4c33f-2f2a-4fd3-91cd-24a939513c60": "microsoft.cache/redis",
    "7860f3fe-0db3-42d4-bf3d-7042ea5e5787": "microsoft.dbformysql/flexibleservers",
    "5fbd326d-328c-414e-a922-2d6963998962": "microsoft.dbforpostgresql/flexibleservers",
    "68ba9fc9-71b9-4e6f-9cf5-ecc07722324c": "microsoft.documentdb/databaseaccounts",
    "441af8bf-7c88-4efc-bd24-b7be28d4acce": "microsoft.eventhub/namespaces",
    "b88bfd90-4da5-43eb-936f-ae1481924291": "microsoft.keyvault/managedhsms",
    "6b359d8f-f88d-4052-aa7c-32015963ecc1": "microsoft.keyvault/vaults",
    "a819f227-229d-44cb-8ad6-25becdb4451f": "microsoft.kusto/clusters",
    "4cabf9fc-4ed1-4990-bbaf-7248fb8751bc": "microsoft.purview/accounts",
    "8def4bdd-4362-4ed6-a26f-7bf8f2c58839": "microsoft.search/searchservices",
    "0277b2d5-6e6f-4d97-9929-a5c4eab56fd7": "microsoft.servicebus/namespaces",
    "8fc4ca5f-6abc-4b30-9565-0bd91ac49420": "microsoft.sql/managedinstances",
    "6567d3f3-42d0-4cfb-9606-9741ba60fa07": "microsoft.sql/servers/databases",
    "305408ed-dd5a-43b9-80c1-9eea87a176bb": "microsoft.synapse/workspaces",
}
"""The kinds that have a category group ``audit``, by the id of the policy for each."""
_NOT_AUDITED: Final = (
    "microsoft.containerservice/managedclusters",
    "microsoft.databricks/workspaces",
    "microsoft.datafactory/factories",
    "microsoft.logic/workflows",
)
"""Kinds that have no such group, so that only ``allLogs`` takes them in."""


def _by_group(type_: str) -> Definition:
    return switch(
        f"Enable logging by category group for {type_} to Log Analytics",
        on(type_),
        ("DeployIfNotExists", "AuditIfNotExists", "Disabled"),
        type="Microsoft.Insights/diagnosticSettings",
        roleDefinitionIds=(_LOG_ANALYTICS_CONTRIBUTOR,),
    )


LOGS: Final[Mapping[str, Definition]] = MappingProxyType(
    {id_: _by_group(type_) for id_, type_ in _AUDITED.items()}
)
"""Definition by id, in lower case."""


def _together(group: str, *types: str) -> Initiative:
    """The initiative for one category group; its parameter ``resourceTypeList`` may narrow it."""
    effect = "[if(contains(parameters('resourceTypeList'),'{}'),parameters('effect'),'Disabled')]"
    return Initiative(
        f"Enable {group} category group resource logging for supported resources to Log Analytics",
        tuple(
            Member(
                _by_group(type_),
                type_.removeprefix("microsoft.").replace("/", "-"),
                {"effect": effect.format(type_)},
            )
            for type_ in types
        ),
        {"effect": "DeployIfNotExists", "resourceTypeList": types},
    )


LOG_SETS: Final[Mapping[str, Initiative]] = MappingProxyType(
    {
        "f5b29bc4-feca-4cc6-a58a-772dd5e290a5": _together("audit", *_AUDITED.values()),
        "0884adba-2312-4468-abeb-5422caed1038": _together(
            "allLogs", *_AUDITED.values(), *_NOT_AUDITED
        ),
    }
)
"""Initiative by id, in lower case."""
