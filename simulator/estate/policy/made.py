"""Definitions told in few words, for the lists of those that are built in."""

from collections.abc import Mapping

from simulator.estate.policy.definitions import Definition

MAY_DENY = ("Audit", "Deny", "Disabled")


def on(type_: str, *conditions: Mapping[str, object]) -> Mapping[str, object]:
    """A condition on resources of one type."""
    return {"allOf": ({"field": "type", "equals": type_}, *conditions)}


def field_is(field: str, **test: object) -> Mapping[str, object]:
    """A condition on one field: the operator, and what it is compared with."""
    return {"field": field, **test}


def switch(
    name: str,
    condition: object,
    can: tuple[str, ...] = MAY_DENY,
    default: str = "",
    **more: object,
) -> Definition:
    """A definition whose effect is a parameter, by default the first that it takes."""
    return Definition(
        name, condition, defaults={"effect": default or can[0]}, can=can, details=more or None
    )
