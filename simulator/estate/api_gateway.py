"""API Management: its parts, and the ways to call its APIs.

The parts of a gateway name it, and each other, by name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from simulator.estate.model import (
    Estate,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
)

GATEWAY: Final = "azurerm_api_management"
API: Final = f"{GATEWAY}_api"
PRODUCT: Final = f"{GATEWAY}_product"
SUBSCRIPTION: Final = f"{GATEWAY}_subscription"
_MEMBER: Final = f"{GATEWAY}_product_api"
FRAGMENT: Final = f"{GATEWAY}_policy_fragment"
OPERATION_POLICY: Final = f"{GATEWAY}_api_operation_policy"
API_POLICY: Final = f"{GATEWAY}_api_policy"
PRODUCT_POLICY: Final = f"{GATEWAY}_product_policy"
GLOBAL_POLICY: Final = f"{GATEWAY}_policy"
POLICIES: Final = (OPERATION_POLICY, API_POLICY, PRODUCT_POLICY, GLOBAL_POLICY)


@dataclass(frozen=True, slots=True)
class Route:
    """One way to call an API: through a product, by a subscription to it, or with no key at all.

    ``operation`` is the policy of one operation, ``None`` for all the others together. ``keyed``
    is whether a subscription key is needed, ``None`` if that is not known.
    """

    gateway: str
    api: Resource
    product: Resource | None
    operation: Resource | None
    keyed: bool | None


def part_key(estate: Estate, part: Resource, argument: str, type_: str) -> str | None:
    """What two mentions of a part of one gateway share; ``None`` if it is not known.

    It is the address of what is declared under that name in the gateway of ``part``, else the name.
    """
    value = part.get(argument)
    if isinstance(value, Reference):
        target = estate.target(value)
        return target.resource.address if target else value.to
    name = _name_in(effective(value))
    return name and estate.derived(_parts).get((type_, gateway_of(estate, part), name), name)


def gateway_of(estate: Estate, part: Resource) -> str | None:
    """The gateway that a part is of: its address, or its name if it is not declared here."""
    value = part.get("api_management_name")
    if isinstance(value, Omitted):
        value = part.get("api_management_id")
    if isinstance(value, Reference):
        return value.to
    name = _name_in(effective(value))
    return name and estate.derived(_gateways).get(name, name)


def _name_in(text: object) -> str | None:
    """The last name in an id, or the name that a text is; that of an API without its revision."""
    if not isinstance(text, str) or not text:
        return None
    return text.rstrip("/").rpartition("/")[2].partition(";")[0].casefold()


def _gateways(estate: Estate) -> Mapping[str, str]:
    named = ((one.declared_name, one.address) for one in estate.of_type(GATEWAY))
    return {name.casefold(): address for name, address in named if name}


def _parts(estate: Estate) -> Mapping[tuple[str, str | None, str], str]:
    found: dict[tuple[str, str | None, str], str] = {}
    for type_, argument in ((API, "name"), (PRODUCT, "product_id")):
        for one in estate.of_type(type_):
            name = _name_in(effective(one.get(argument)))
            if name is not None:
                found.setdefault((type_, gateway_of(estate, one), name), one.address)
    return found


def routes(estate: Estate) -> tuple[Route, ...]:
    """Every way to call the declared APIs from outside, in the order of the APIs."""
    return estate.derived(_routes)


def _routes(estate: Estate) -> tuple[Route, ...]:
    ways = list(_ways(estate))
    operations: dict[str | None, list[Resource]] = {}
    for policy in estate.of_type(OPERATION_POLICY):
        api = part_key(estate, policy, "api_name", API)
        operations.setdefault(api, []).append(policy)
    return tuple(
        replace(way, operation=operation)
        for way in ways
        for operation in (None, *operations.get(way.api.address, ()))
    )


def _ways(estate: Estate) -> Iterator[Route]:
    products: dict[str | None, list[str | None]] = {}
    for member in estate.of_type(_MEMBER):
        opened = part_key(estate, member, "api_name", API)
        by = part_key(estate, member, "product_id", PRODUCT)
        products.setdefault(opened, []).append(by)
    direct, everything = _direct(estate)
    for api in estate.of_type(API):
        gateway = gateway_of(estate, api) or ""
        keyed = _switch(api.get("subscription_required"))
        through = list(dict.fromkeys(products.get(api.address, ())))
        for product in map(estate.by_address.get, filter(None, through)):
            if product is not None and effective(product.get("published")) is not False:
                needs = _switch(product.get("subscription_required"))
                yield Route(gateway, api, product, None, keyed if keyed is not True else needs)
        if keyed is not True or api.address in direct or gateway in everything:
            yield Route(gateway, api, None, None, keyed)


def _direct(estate: Estate) -> tuple[set[str | None], set[str | None]]:
    """The APIs to which some subscription is, and the gateways to all of whose APIs one is."""
    apis: set[str | None] = set()
    gateways: set[str | None] = set()
    for subscription in estate.of_type(SUBSCRIPTION):
        api, product = subscription.get("api_id"), subscription.get("product_id")
        if not is_nothing(api):
            apis.add(part_key(estate, subscription, "api_id", API))
        elif is_nothing(product):
            gateways.add(gateway_of(estate, subscription))
    return apis, gateways


def is_nothing(value: Value) -> bool:
    """Whether an argument is not given, or given as nothing."""
    return isinstance(value, Omitted) or effective(value) in {None, ""}


def _switch(value: Value) -> bool | None:
    found = effective(value)
    return found if isinstance(found, bool) else None
