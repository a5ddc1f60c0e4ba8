"""Settings that nobody declares because an assigned policy may make them once it runs."""

from simulator.estate.model import Estate, Reference, Resource, effective

ASSIGNMENTS = tuple(
    f"azurerm_{scope}_policy_assignment"
    for scope in ("subscription", "resource_group", "management_group", "resource")
)
"""Every type that assigns a policy."""


def maker(estate: Estate, *definitions: str) -> Resource | None:
    """The first assignment of a policy, or of an initiative, with one of these definition ids.

    The ids are the last part of the full one, in lower case.
    """
    for assignment in estate.of_type(*ASSIGNMENTS):
        value = assignment.get("policy_definition_id")
        text = value.text if isinstance(value, Reference) else effective(value)
        if any(one in str(text).lower() for one in definitions):
            return assignment
    return None
