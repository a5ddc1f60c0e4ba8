"""Every attack, by id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.attacks.public_container import PUBLIC_CONTAINER
from simulator.attacks.stolen_token import STOLEN_TOKEN
from simulator.attacks.technique import Attack

ATTACKS: Final[Mapping[str, Attack]] = MappingProxyType(
    {attack.id: attack for attack in (PUBLIC_CONTAINER, STOLEN_TOKEN)}
)
