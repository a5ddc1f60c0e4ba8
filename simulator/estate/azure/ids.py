"""Ids in Azure Resource Manager: what type a resource is of, and what it sits in."""

from typing import Final

SUBSCRIPTION: Final = "Microsoft.Resources/subscriptions"
GROUP: Final = "Microsoft.Resources/resourceGroups"
_PROVIDERS: Final = "/providers/"


def type_of(id_: str) -> str:
    """The full resource type in an id, as the id spells it.

    >>> type_of("/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a/databases/b")
    'Microsoft.Sql/servers/databases'
    >>> type_of("/subscriptions/s/providers/Microsoft.Insights/diagnosticSettings/d")
    'Microsoft.Insights/diagnosticSettings'
    >>> type_of("/subscriptions/s/resourceGroups/g"), type_of("/subscriptions/s")
    ('Microsoft.Resources/resourceGroups', 'Microsoft.Resources/subscriptions')
    """
    at = id_.casefold().rfind(_PROVIDERS)
    if at < 0:
        return GROUP if len(_segments(id_)) > 2 else SUBSCRIPTION
    namespace, *pairs = _segments(id_[at + len(_PROVIDERS) :])
    return "/".join([namespace, *pairs[::2]])


def parent_of(id_: str) -> str:
    """What a resource sits in: a group or subscription, another resource, an extension's target.

    >>> parent_of("/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a")
    '/subscriptions/s/resourceGroups/g'
    >>> parent_of("/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a/keys/k")
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a'
    >>> parent_of("/providers/microsoft.aadiam/diagnosticSettings/d"), parent_of("/subscriptions/s")
    ('', '')
    """
    at = id_.casefold().rfind(_PROVIDERS)
    if at < 0 or len(_segments(id_[at:])) > 4:
        return "" if id_.count("/") <= 2 else id_.rstrip("/").rsplit("/", 2)[0]
    return id_[:at]


def name_of(id_: str) -> str:
    """The last name in an id.

    >>> name_of("/subscriptions/s/resourceGroups/g/")
    'g'
    """
    return id_.rstrip("/").rpartition("/")[2]


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
