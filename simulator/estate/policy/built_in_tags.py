"""Built-in policies on tags, and on where and what anything may be.

Source: Azure/azure-policy, ``built-in-policies/policyDefinitions``, as of 2026-04-29.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.policy.definitions import Definition
from simulator.estate.policy.made import field_is, on, switch

_CONTRIBUTOR: Final = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_TAG: Final = "[concat('tags[', parameters('tagName'), ']')]"
_OF_GROUP: Final = "[resourceGroup().tags[parameters('tagName')]]"
_OF_SUBSCRIPTION: Final = "[subscription().tags[parameters('tagName')]]"
_VALUE: Final = "[parameters('tagValue')]"
_MISSING: Final = field_is(_TAG, exists="false")


def _tags(name: str, condition: object, effect: str = "modify") -> Definition:
    details = {"roleDefinitionIds": (_CONTRIBUTOR,)} if effect == "modify" else None
    return Definition(name, condition, effect, details, can=(effect,))


TAGS: Final[Mapping[str, Definition]] = MappingProxyType(
    {
        # Tags.
        "871b6d14-10aa-478d-b590-94f262ecfa99": _tags(
            "Require a tag on resources", _MISSING, "deny"
        ),
        "1e30110a-5ceb-460c-a204-c1c3969c6d62": _tags(
            "Require a tag and its value on resources",
            {"not": field_is(_TAG, equals=_VALUE)},
            "deny",
        ),
        "96670d01-0a4d-4649-9c89-2d3abc0a5025": _tags(
            "Require a tag on resource groups",
            on("Microsoft.Resources/subscriptions/resourceGroups", _MISSING),
            "deny",
        ),
        "8ce3da23-7156-49e4-b145-24f95f9dcb46": _tags(
            "Require a tag and its value on resource groups",
            on("Microsoft.Resources/subscriptions/resourceGroups", _MISSING),
            "deny",
        ),
        "cd3aa116-8754-49c9-a813-ad46512ece54": _tags(
            "Inherit a tag from the resource group",
            {"allOf": (field_is(_TAG, notEquals=_OF_GROUP), {"value": _OF_GROUP, "notEquals": ""})},
        ),
        "ea3f2387-9b95-492a-a190-fcdc54f7b070": _tags(
            "Inherit a tag from the resource group if missing",
            {"allOf": (_MISSING, {"value": _OF_GROUP, "notEquals": ""})},
        ),
        "b27a0cbd-a167-4dfa-ae64-4337be671140": _tags(
            "Inherit a tag from the subscription",
            {
                "allOf": (
                    field_is(_TAG, notEquals=_OF_SUBSCRIPTION),
                    {"value": _OF_SUBSCRIPTION, "notEquals": ""},
                )
            },
        ),
        "40df99da-1232-49b1-a39a-6da8d878f469": _tags(
            "Inherit a tag from the subscription if missing",
            {"allOf": (_MISSING, {"value": _OF_SUBSCRIPTION, "notEquals": ""})},
        ),
        "4f9dc7db-30c1-420c-b61a-e1d640128d26": _tags("Add a tag to resources", _MISSING),
        "5ffd78d9-436d-4b41-a421-5baa819e3008": _tags(
            "Add or replace a tag on resources", field_is(_TAG, notEquals=_VALUE)
        ),
        "2a0e14a6-b0a6-4fab-991a-187a4f81c498": _tags(
            "Append a tag and its value to resources", _MISSING, "append"
        ),
        "9ea02ca2-71db-412d-8b00-7c7ca9fcd32d": _tags(
            "Append a tag and its value from the resource group",
            {"allOf": (_MISSING, {"value": _OF_GROUP, "notEquals": ""})},
            "append",
        ),
        "36fd7371-8eb7-4321-9c30-a7100022d048": switch(
            "Requires resources to not have a specific tag.", field_is(_TAG, exists="true")
        ),
        # Where it is: nothing about how it is kept.
        "e56962a6-4747-49cd-b67b-bf8b01975c4c": _tags(
            "Allowed locations",
            {
                "allOf": (
                    field_is("location", notIn="[parameters('listOfAllowedLocations')]"),
                    field_is("location", notEquals="global"),
                )
            },
            "deny",
        ),
        "a08ec900-254a-4555-9bf5-e42af04b5c5c": _tags(
            "Allowed resource types",
            {"not": field_is("type", **{"in": "[parameters('listOfResourceTypesAllowed')]"})},
            "deny",
        ),
    }
)
"""Definition by id, in lower case."""
