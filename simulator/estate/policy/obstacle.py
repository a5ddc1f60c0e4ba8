"""What keeps a policy from being enforced on a resource, or may."""

from dataclasses import dataclass

from simulator.estate.model import Block, Resource


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a policy from being enforced, or that may (``unknown``).

    It is about ``attribute`` of ``resource``; the rest is in words.
    """

    resource: Resource
    attribute: str
    actual: str
    expected: str
    remedy: str
    unknown: bool = False
    block: Block | None = None
