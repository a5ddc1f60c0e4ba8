"""The policies that a call meets on its way through API Management, in order.

``<base />`` stands for the policies of the scope above: those of an operation's policy for the
API's, those of the API's for the product's, and those of the product's for the gateway's. A policy
without it drops all that is above it. Source: Microsoft Learn, "How to set or edit policies".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from simulator.estate.api_gateway import (
    API,
    API_POLICY,
    FRAGMENT,
    GATEWAY,
    GLOBAL_POLICY,
    PRODUCT,
    PRODUCT_POLICY,
    Route,
    gateway_of,
    is_nothing,
    part_key,
)
from simulator.estate.api_policy import Element, Policy, policy_in
from simulator.estate.model import Block, Estate, Resource, Unresolvable, Value

_WRAPPERS: Final = frozenset({"limit-concurrency", "retry", "wait"})
_DEEPEST: Final = 32  # fragments in one another; Azure refuses a circle


@dataclass(frozen=True, slots=True)
class Step:
    """One policy that a call meets, who declares it, and whether it surely does."""

    element: Element
    policy: Resource
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Chain:
    """The policies that a call meets in one section, in order.

    ``dropped`` are those of the scopes above the policy ``dropped_by``, which has no ``<base />``.
    ``unread`` are the policies that cannot be read, with the reason.
    """

    steps: tuple[Step, ...]
    dropped: tuple[Step, ...]
    dropped_by: Resource | None
    unread: tuple[tuple[Resource, str], ...]

    def surely(self, *names: str) -> tuple[Step, ...]:
        """The policies of these names that a call surely meets."""
        return tuple(s for s in self.steps if s.sure and s.element.name in names)

    def perhaps(self, *names: str) -> tuple[Step, ...]:
        """The policies of these names that a call meets under some condition."""
        return tuple(s for s in self.steps if not s.sure and s.element.name in names)


def chain(estate: Estate, route: Route, section: str = "inbound") -> Chain:
    """What a call on this way meets in one section of the policies."""
    unread: list[tuple[Resource, str]] = []
    steps: tuple[Step, ...] = ()
    dropped: tuple[Step, ...] = ()
    dropped_by: Resource | None = None
    for policy, value in reversed(list(_policies(estate, route))):
        document = policy_in(value)
        if isinstance(document, Unresolvable):
            unread.append((policy, document.why))
            continue
        own, based = _own(estate, document, policy, section, unread)
        if based is None:
            dropped, dropped_by = (*dropped, *steps), policy if steps or dropped else dropped_by
            steps = own
        else:
            steps = (*own[:based], *steps, *own[based:])
    return Chain(steps, dropped, dropped_by, tuple(unread))


def _policies(estate: Estate, route: Route) -> Iterator[tuple[Resource, Value]]:
    """The policies on a way, the innermost first, each with the argument that holds it."""
    if route.operation is not None:
        yield route.operation, _content(route.operation.body)
    held = estate.derived(_by_owner)
    for owner in (route.api.address, route.product.address if route.product else "", route.gateway):
        yield from held.get(owner, ())


def _by_owner(estate: Estate) -> Mapping[str | None, tuple[tuple[Resource, Value], ...]]:
    """The policies of APIs, products and gateways, by whose they are."""
    found: dict[str | None, tuple[tuple[Resource, Value], ...]] = {}
    for type_, argument, owner in (
        (API_POLICY, "api_name", API),
        (PRODUCT_POLICY, "product_id", PRODUCT),
    ):
        for policy in estate.of_type(type_):
            key = part_key(estate, policy, argument, owner)
            found[key] = (*found.get(key, ()), (policy, _content(policy.body)))
    for policy in estate.of_type(GLOBAL_POLICY):
        key = gateway_of(estate, policy)
        found[key] = (*found.get(key, ()), (policy, _content(policy.body)))
    for gateway in estate.of_type(GATEWAY):  # azurerm 3
        for block in gateway.blocks("policy"):
            held = found.get(gateway.address, ())
            found[gateway.address] = (*held, (gateway, _content(block)))
    return found


def lost_policies(estate: Estate) -> tuple[Resource, ...]:
    """The policies of which nobody can tell what they are of."""
    return tuple(policy for policy, _ in estate.derived(_by_owner).get(None, ()))


def _content(body: Block) -> Value:
    if not is_nothing(body.get("xml_link")):
        return Unresolvable("it is behind a link, which is not followed")
    return body.get("xml_content")


def _own(
    estate: Estate,
    document: Policy,
    policy: Resource,
    section: str,
    unread: list[tuple[Resource, str]],
) -> tuple[tuple[Step, ...], int | None]:
    """The steps of one document, and the place of its ``<base />`` among them, if it has one."""
    steps: list[Step] = []
    based: int | None = None
    for element in document.section(section):
        if element.name == "base":
            based = len(steps) if based is None else based
            continue
        steps.extend(_flat(estate, element, policy, unread))
    return tuple(steps), based


def _flat(
    estate: Estate,
    element: Element,
    policy: Resource,
    unread: list[tuple[Resource, str]],
    depth: int = 0,
) -> Iterator[Step]:
    """A policy, and in place of one that only holds others, those."""
    if element.name == "choose":
        yield Step(element, policy)
        yield from _branches(estate, element, policy, unread, depth)
    elif element.name == "include-fragment":
        inside = _fragment(estate, element, policy, depth)
        if isinstance(inside, str):
            unread.append((policy, inside))
            return
        for one in inside:
            yield from _flat(estate, one, policy, unread, depth + 1)
    elif element.name in _WRAPPERS:
        for one in element.children:
            yield from _flat(estate, one, policy, unread, depth)
    else:
        yield Step(element, policy)


def _branches(
    estate: Estate,
    choose: Element,
    policy: Resource,
    unread: list[tuple[Resource, str]],
    depth: int,
) -> Iterator[Step]:
    """What is in the branches of a ``choose``: surely met only if it is in every one of them."""
    branches = [
        [step for one in branch.children for step in _flat(estate, one, policy, unread, depth)]
        for branch in choose.children
        if branch.name in {"when", "otherwise"}
    ]
    complete = choose.child("otherwise") is not None
    for branch in branches:
        for step in branch:
            everywhere = complete and all(
                any(other.sure and other.element.name == step.element.name for other in some)
                for some in branches
            )
            yield replace(step, sure=step.sure and everywhere)


def _fragment(
    estate: Estate, include: Element, policy: Resource, depth: int
) -> tuple[Element, ...] | str:
    name, gateway = include.get("fragment-id"), gateway_of(estate, policy)
    same = [r for r in estate.of_type(FRAGMENT) if r.declared_name == name]
    found = [r for r in same if gateway_of(estate, r) == gateway]
    if not found or depth >= _DEEPEST:
        return f"it includes the fragment {name!r}, which is not read"
    document = policy_in(found[0].get("value"))
    if isinstance(document, Unresolvable):
        return f"it includes {found[0].address}: {document.why}"
    return document.fragment
