"""Proof of containment: the intruder's own last successful request, sent again, is refused."""

from collections.abc import Generator
from datetime import timedelta

import simpy

from simulator.clock import stopwatch
from simulator.response.scene import Scene
from simulator.timeline import Kind

EVERY = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(hours=2)
"""Longer than any propagation or token lifetime that the profile knows."""


def prove(scene: Scene) -> Generator[simpy.Event, object, bool]:
    """Replay the last successful request each minute until it is refused; true once it is.

    A playbook that ran is not proof, and some actions take effect later (a removed role, a
    disabled identity whose token is still valid), so the replay is repeated for a while.
    """
    deadline = scene.clock.now + GIVE_UP_AFTER
    tries = 0
    while not scene.contained.triggered:
        with stopwatch() as watch:
            open_still = scene.replay()
        tries += 1
        if not open_still:
            what = f"{scene.intruder.last_request} is refused (replay {tries})"
            source = "the intruder's last successful request, replayed through the gateway"
            scene.measured(Kind.CONTAINED, what, source, seconds=watch.seconds)
            scene.contained.succeed()
            break
        if scene.clock.now >= deadline:
            return False
        yield scene.clock.wait(EVERY)
    return True
