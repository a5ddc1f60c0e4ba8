"""Whether clients find a private endpoint by the name of the store: private DNS zones and records.

Without a record in the right zone, linked to their network, they go on resolving the public name.
"""

from collections.abc import Iterator
from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import Estate, Reference, Resource, Value, effective
from simulator.estate.network.links import each, linked
from simulator.estate.private_endpoints import PrivateEndpoint

ZONE: Final = "azurerm_private_dns_zone"
LINK: Final = "azurerm_private_dns_zone_virtual_network_link"
_RECORD: Final = "azurerm_private_dns_a_record"
_WHY: Final = (
    "clients go on resolving the public name and reach the store over the internet, or not at all; "
    "segmentation is an audit component of 11 CCR 7123(c)(10)"
)
_GROUP: Final = "private_dns_zone_group"
_IDS: Final = f"{_GROUP}.private_dns_zone_ids"


def named_in_dns(
    estate: Estate, endpoint: PrivateEndpoint, prefixes: tuple[str, ...], *, by_others: bool
) -> Iterator[Finding]:
    """What keeps clients from finding the endpoint; nothing if they do.

    ``prefixes`` are how the names of the zones begin in which they look. ``by_others`` says that
    Terraform is told to leave the zone group to others, such as a policy.
    """
    expected = f"a zone that begins with {' or '.join(sorted(set(prefixes)))}"
    if endpoint.zones == frozenset():
        zones = frozenset(_recorded(estate, endpoint.resource))
        if any(zone.startswith(prefixes) for zone in zones):
            return
        yield _wrong(
            endpoint,
            _GROUP,
            "left to others by ignore_changes" if by_others else "no zone group",
            expected,
            unknown=by_others,
        )
    elif endpoint.zones is None:
        block = next(iter(endpoint.resource.blocks(_GROUP)), None)
        value = block.get("private_dns_zone_ids") if block else None
        words = "cannot be told" if value is None else value
        yield _wrong(endpoint, _IDS, words, expected, unknown=True)
    elif not any(zone.startswith(prefixes) for zone in endpoint.zones):
        yield _wrong(endpoint, _IDS, ", ".join(sorted(endpoint.zones)), expected, unknown=False)
    else:
        yield from _unlinked(estate, endpoint, prefixes)


def _wrong(
    endpoint: PrivateEndpoint,
    attribute: str,
    actual: Value | str,
    expected: str,
    *,
    unknown: bool,
) -> Finding:
    remedy = f"{_GROUP} {{ private_dns_zone_ids = [{ZONE}.x.id] }}"
    return finding(
        endpoint.resource,
        attribute,
        actual,
        expected=expected,
        why=_WHY,
        remedy=f"write it out, or check who makes it: {remedy}" if unknown else remedy,
        severity=Severity.MEDIUM,
        unknown=unknown,
        block=next(iter(endpoint.resource.blocks(_GROUP)), None),
    )


def _recorded(estate: Estate, endpoint: Resource) -> Iterator[str]:
    """The zones in which a record of its own gives the endpoint's address."""
    for record in estate.of_type(_RECORD):
        of_it = any(
            isinstance(value, Reference) and value.to == endpoint.address
            for value in each(record.get("records"))
        )
        name = _zone_name(estate, record)
        if of_it and name is not None:
            yield name.casefold()


def _zone_name(estate: Estate, record: Resource) -> str | None:
    value = record.get("zone_name")
    if isinstance(value, Reference):
        zone = estate.by_address.get(value.to)
        return None if zone is None else zone.declared_name
    name = effective(value)
    return name if isinstance(name, str) else None


def _unlinked(
    estate: Estate, endpoint: PrivateEndpoint, prefixes: tuple[str, ...]
) -> Iterator[Finding]:
    """The zones of an endpoint, declared here, that no network is linked to here."""
    for zone in estate.of_type(ZONE):
        name = (zone.declared_name or "").casefold()
        if name not in (endpoint.zones or ()) or not name.startswith(prefixes):
            continue
        links = [one for one in estate.of_type(LINK) if _of(estate, one, zone) is not False]
        if not links:
            yield finding(
                zone,
                "virtual_network_link",
                "no virtual network is linked to it here",
                expected="a link to each network whose clients use the store",
                why=_WHY,
                remedy=f"{LINK}: private_dns_zone_name = {zone.address}.name, "
                "virtual_network_id = azurerm_virtual_network.x.id",
                severity=Severity.MEDIUM,
                unknown=True,
            )


def _of(estate: Estate, link: Resource, zone: Resource) -> bool | None:
    found = linked(estate, link, "private_dns_zone_id", "private_dns_zone_name", ZONE)
    if found is not None:
        return found.address == zone.address
    name = effective(link.get("private_dns_zone_name"))
    return name.casefold() == zone.declared_name if isinstance(name, str) else None
