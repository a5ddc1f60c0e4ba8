"""What all answers of ARM have in common."""

from typing import Any

from declared import Declared, guid

from simulator.estate.model import Resource

Json = dict[str, Any]


def answer(id_: str, type_: str, properties: Json | None = None, **rest: Any) -> Json:
    """A resource as a GET of its id answers it."""
    made: Json = {"id": id_, "name": id_.rpartition("/")[2], "type": type_, **rest}
    made = {name: value for name, value in made.items() if value is not None}
    if properties is not None:
        made["properties"] = without_none(properties)
    return made


def without_none(value: Any) -> Any:
    """ARM leaves out what is not set."""
    if isinstance(value, dict):
        return {name: without_none(inner) for name, inner in value.items() if inner is not None}
    return [without_none(one) for one in value] if isinstance(value, list) else value


def tracked(d: Declared, r: Resource, type_: str, properties: Json, **rest: Any) -> Json:
    """A top-level resource with its location, tags and identity."""
    values = d.values(r)
    made = answer(d.id(r), type_, {**properties, "provisioningState": "Succeeded"}, **rest)
    made["location"] = values.get("location") or "westus2"
    if values.get("tags"):
        made["tags"] = values["tags"]
    if values.get("identity"):
        made["identity"] = identity(d, r, values["identity"][0])
    return made


def identity(d: Declared, r: Resource, block: Json) -> Json:
    """An identity as ARM shows it: with the ids that exist after apply."""
    made: Json = {"type": block["type"], "tenantId": d.tenant}
    if "SystemAssigned" in block["type"]:
        made["principalId"] = guid(r.address, "principal_id")
    ids = block.get("identity_ids") or []
    if isinstance(ids, str):
        ids = [ids]
    if ids:
        made["userAssignedIdentities"] = {id_: {} for id_ in ids}
    return made


def listed(value: Any) -> list[Any]:
    """A list, whether one reference or several went into it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def onoff(value: Any) -> str | None:
    """ARM's words for a switch."""
    return None if value is None else ("Enabled" if value else "Disabled")


def told_of(d: Declared, type_: str, argument: str, value: str) -> Resource | None:
    """The resource of a type that names another one in an argument."""
    found = (one for one in d.estate.of_type(type_) if d.values(one).get(argument) == value)
    return next(found, None)
