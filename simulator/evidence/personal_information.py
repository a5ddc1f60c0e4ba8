"""The personal-information map as the ledger has it."""

from dataclasses import asdict

from simulator.estate.model import Estate
from simulator.estate.personal_information import unused_statements
from simulator.estate.personal_information_map import personal_information_map, region_of


def told(estate: Estate) -> dict[str, object]:
    """Stores, flows and regions by address, in the order read."""
    drawn = personal_information_map(estate)
    places = {
        *(holding.store.address for holding in drawn.stores),
        *(flow.to for flow in drawn.flows),
    }
    declared = (estate.by_address[place] for place in sorted(places) if place in estate.by_address)
    return {
        "stores": [
            {
                "address": holding.store.address,
                "holds": holding.holds.value,
                "because": holding.because,
                "origin": asdict(holding.store.origin),
            }
            for holding in drawn.stores
        ],
        "flows": [
            {
                "source": flow.source,
                "to": flow.to,
                "means": flow.means.value,
                "by": flow.by.address,
                "origin": asdict(flow.by.origin),
            }
            for flow in drawn.flows
        ],
        "regions": {place.address: region for place in declared if (region := region_of(place))},
        "unused": [
            {"address": one.address, "where": one.where} for one in unused_statements(estate)
        ],
    }
