"""A scene without a running twin: what is asked of it is written down."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

from simulator.clock import Clock
from simulator.estate.reader import read_estate
from simulator.profile import load_profile
from simulator.response.scene import Scene
from simulator.twin.blueprint import blueprint
from simulator.twin.containment import Applied

WATCHED = Path(__file__).parents[2] / "fixtures/estates/drills/watched"
START = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Twin:
    """Writes down every containment; ``exchanges`` grows by one with each replay."""

    def __init__(self):
        self.asked = []
        self.exchanges = []

    def apply(self, containment):
        self.asked.append(containment)
        return Applied(containment.effect.value, "written down", real=False)


class Intruder:
    """An intruder whose door closes after so many replays."""

    credential = "oauth"
    source = "203.0.113.5"
    principal = "azurerm_linux_web_app.storefront"
    object_id = "11059fcc-5514-4800-b5f8-49808b9cfab6"
    last_request = "GetBlob /stshopcustomer/customers/a.csv"

    def __init__(self, twin, open_for=0):
        self._twin, self._open_for = twin, open_for

    def replay(self):
        self._twin.exchanges.append("replay")
        self._open_for -= 1
        return self._open_for >= 0


def scene(estate=None, open_for=0) -> Scene:
    """A scene in which the intruder's replay succeeds ``open_for`` times and is then refused."""
    estate = estate or read_estate(str(WATCHED))
    twin = Twin()
    account = blueprint(estate).accounts[0]
    intruder = Intruder(twin, open_for)
    return Scene(estate, Clock(START), twin, account, intruder, load_profile(), Random(1))


def outcome(one: Scene, process):
    """What a process of the scene returns."""
    running = one.clock.begin(process)
    one.clock.run_until(running)
    return running.value
