"""What the attacks are called, by id: all that choosing among them takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "public-container": "Anonymous download of a public container",
        "stolen-token": "A stolen workload token reads blobs",
    }
)
