"""What people do when no automation has: look at the incident, tell the others, close the door."""

from collections.abc import Generator

import simpy

from simulator.estate.playbook import Effect
from simulator.response.playbooks import act
from simulator.response.proof import prove
from simulator.response.scene import Scene
from simulator.timeline import Kind

_BY_CREDENTIAL = {
    "anonymous": ((Effect.DISABLE_PUBLIC_BLOB, ""), (Effect.PRIVATE_CONTAINER, "")),
    "oauth": ((Effect.REMOVE_ROLE, ""), (Effect.DISABLE_SERVICE_PRINCIPAL, "")),
}
"""What a person who understands how the intruder came in takes away."""


def people_tell(scene: Scene) -> Generator[simpy.Event, object, None]:
    """An analyst picks the incident up, then tells privacy and legal."""
    triage, first = scene.takes("analyst_triage")
    notification, second = scene.takes("manual_notification")
    yield scene.clock.wait(first + second)
    if not scene.told.triggered:
        scene.tell(
            "an analyst has told privacy and legal",
            f"{triage.cited}; {notification.cited}",
        )


def people_contain(scene: Scene) -> Generator[simpy.Event, object, None]:
    """People find out how the intruder came in and take that away, then prove it."""
    figure, duration = scene.takes("manual_containment")
    yield scene.clock.wait(duration)
    if scene.contained.triggered:
        return
    scene.modelled(Kind.NOTE, "people have worked out how to close the door", figure.cited)
    for effect, key in _BY_CREDENTIAL[scene.intruder.credential]:
        act(scene, effect, key, "by hand: ")
    yield from prove(scene)
