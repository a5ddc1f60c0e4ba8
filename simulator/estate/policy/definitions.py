"""Policy definitions and initiatives that an estate declares, or that it names among the built-in.

An initiative is what the API calls a policy set definition.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.estate.document import document, object_at, text_at
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
    show,
)

DEFINITION: Final = "azurerm_policy_definition"
INITIATIVES: Final = (
    "azurerm_policy_set_definition",
    "azurerm_management_group_policy_set_definition",
)
_NAME: Final = re.compile(
    r".*/providers/Microsoft\.Authorization/policy(?:Set)?Definitions/([^/]+)/?", re.IGNORECASE
)
_BUILT_IN: Final = re.compile(r"/providers/", re.IGNORECASE)
_GUID: Final = re.compile(r"[^/]+$")


@dataclass(frozen=True, slots=True)
class Definition:
    """What one policy looks at, and what it then does.

    ``condition`` is the JSON of its ``if``. ``effect`` is as written, often
    ``[parameters('effect')]``; ``details`` is what stands beside it. ``defaults`` are the
    parameters' own. ``can`` lists the effects that it takes, none if it does not say. ``unread``
    says why its rule cannot be told, ``""`` if it can.
    """

    name: str
    condition: object = None
    effect: object = "[parameters('effect')]"
    details: object = None
    defaults: Mapping[str, object] = field(default_factory=dict)
    can: tuple[str, ...] = ()
    mode: str = "Indexed"
    resource: Resource | None = None
    unread: str = ""

    @property
    def makes(self) -> str:
        """The type of resource that it deploys or misses, in lower case; ``""`` if none."""
        return text_at(self.details, "type").casefold()

    @property
    def roles(self) -> tuple[str, ...]:
        """The ids of the roles that its repairs need, in lower case."""
        listed = object_at({"details": self.details}, "details").get("roleDefinitionIds")
        if not isinstance(listed, tuple | list):
            return ()
        return tuple(m[0].lower() for id_ in listed if (m := _GUID.search(str(id_).rstrip("/"))))


@dataclass(frozen=True, slots=True)
class Member:
    """A definition in an initiative, and what the initiative gives its parameters."""

    definition: Definition
    reference_id: str = ""
    values: Mapping[str, object] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Initiative:
    """Definitions that are assigned together.

    ``benchmark`` marks the built-in ones that check a whole standard; of those, only the members
    that matter here are listed, and all others audit. ``unread`` says why not all members can be
    told, ``""`` if they can.
    """

    name: str
    members: tuple[Member, ...]
    defaults: Mapping[str, object] = field(default_factory=dict)
    benchmark: bool = False
    resource: Resource | None = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """What is assigned cannot be told: the reason in words."""

    why: str


def assigned(
    estate: Estate, value: Value, *, inside: bool = False
) -> Definition | Initiative | Unread:
    """What a ``policy_definition_id`` means; ``inside`` an initiative, where none can be."""
    from simulator.estate.policy import built_in  # noqa: PLC0415 - it is made of this module's

    source = estate.by_address.get(value.to) if isinstance(value, Reference) else None
    # An id that is put together from a name means what has the name, not what the name is made of.
    if source is None or source.type not in {DEFINITION, *INITIATIVES}:
        target = estate.target(value)
        source = target.resource if target else source
    if source is not None:
        return _of(estate, source, inside=inside)
    text = str(effective(value))
    named = _NAME.fullmatch(text)
    if named is None:
        return Unread(f"policy_definition_id is {show(value)}")
    for type_ in (DEFINITION, *INITIATIVES):
        declared = estate.named(type_, named[1])
        if declared is not None:
            return _of(estate, declared, inside=inside)
    elsewhere = (
        "a built-in that is not known here" if _BUILT_IN.match(text) else "declared elsewhere"
    )
    return built_in.by_id(named[1]) or Unread(f"{named[1]} is {elsewhere}")


def _of(estate: Estate, source: Resource, *, inside: bool) -> Definition | Initiative | Unread:
    from simulator.estate.policy import built_in  # noqa: PLC0415

    if source.mode == "managed" and source.type == DEFINITION:
        return _declared(source)
    if source.mode == "managed" and source.type in INITIATIVES:
        if inside:
            return Unread(f"{source.address} is an initiative")
        return _initiative(estate, source)
    names = (effective(source.get(name)) for name in ("name", "display_name"))
    for text in names:
        found = built_in.by_id(text) or built_in.by_name(text) if isinstance(text, str) else None
        if found is not None:
            return found
    return Unread(f"{source.address} does not say what it finds")


def _declared(source: Resource) -> Definition:
    rule = document(source.get("policy_rule"))
    name = effective(source.get("display_name"))
    if isinstance(rule, Unresolvable):
        return Definition(
            str(name), resource=source, unread=f"policy_rule of {source.address}: {rule.why}"
        )
    parameters = _parameters(source)
    effect = object_at(parameters, "effect").get("allowedValues")
    return Definition(
        name if isinstance(name, str) else source.address,
        object_at(rule, "if"),
        text_at(rule, "then.effect"),
        object_at(rule, "then").get("details"),
        {key: object_at({"p": one}, "p").get("defaultValue") for key, one in parameters.items()}
        if parameters
        else {},
        tuple(map(str, effect)) if isinstance(effect, tuple) else (),
        _word(source.get("mode"), "All"),
        source,
    )


def _parameters(source: Resource) -> Mapping[str, object]:
    """The parameters that a definition or an initiative takes: each with its default, if any."""
    value = source.get("parameters")
    held = document(value)
    if not isinstance(held, Mapping):
        return {}
    return {
        str(name): one
        for name, one in held.items()
        if isinstance(one, Mapping) and "defaultValue" in one
    }


def _word(value: Value, default: str) -> str:
    known = effective(value)
    return known if isinstance(known, str) else default


def _initiative(estate: Estate, source: Resource) -> Initiative:
    members, unread = [], ""
    lost = source.unresolved("policy_definition_reference")
    if lost is not None:
        unread = f"policy_definition_reference of {source.address}: {lost.why}"
    for block in source.blocks("policy_definition_reference"):
        found = assigned(estate, block.get("policy_definition_id"), inside=True)
        if isinstance(found, Definition):
            members.append(Member(found, _word(block.get("reference_id"), ""), _given(block)))
        else:
            why = found.why if isinstance(found, Unread) else f"{found.name} is an initiative"
            unread = unread or f"a member of {source.address}: {why}"
    defaults = {
        name: object_at({"p": one}, "p").get("defaultValue")
        for name, one in _parameters(source).items()
    }
    return Initiative(
        _word(source.get("display_name"), source.address),
        tuple(members),
        defaults,
        resource=source,
        unread=unread,
    )


def _given(block: Block) -> Mapping[str, object] | None:
    return values_in(block.get("parameter_values"))


def values_in(value: Value) -> Mapping[str, object] | None:
    """The values in a JSON of parameters, ``{"effect": {"value": "Deny"}}``; ``None`` if unknown.

    >>> values_in(Known('{"effect": {"value": "Deny"}}')), values_in(Omitted())
    ({'effect': 'Deny'}, {})
    """
    if isinstance(value, Omitted) or value == Known(None):
        return {}
    held = document(value)
    if not isinstance(held, Mapping):
        return None
    return {str(name): object_at({"p": one}, "p").get("value") for name, one in held.items()}
