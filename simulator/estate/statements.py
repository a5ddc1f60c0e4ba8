"""What only the team knows of its stores: the file ``personal-information.yaml``."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError

FILE: Final = "personal-information.yaml"
"""The name that the file has beside an estate."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Whether the stores at ``address`` hold personal information; who says so, why, and where.

    ``address`` is a resource address, in which ``*`` stands for anything.
    """

    address: str
    holds: bool
    owner: str
    reason: str
    where: str

    def about(self, address: str) -> bool:
        """Whether it is about the resource with this address.

        >>> shop = Statement("module.shop.azurerm_redis_cache.*", True, "privacy", "carts", "")
        >>> shop.about("module.shop.azurerm_redis_cache.a[0]"), shop.about("azurerm_redis_cache.a")
        (True, False)
        """
        # In addresses ``[`` begins an index, and in patterns it must not begin a set.
        return fnmatchcase(address, self.address.replace("[", "[[]"))


def read_statements(file: Path) -> tuple[Statement, ...]:
    """The statements of a file, in order. Raises :class:`EstateError` for one that is no good."""
    # Few estates have such a file, and no other needs a YAML parser to be loaded.
    from simulator.yaml_entries import EntriesError, read_entries  # noqa: PLC0415

    try:
        entries = read_entries(file, ["address", "personal_information", "owner", "reason"])
        return tuple(
            Statement(
                entry.text("address"),
                entry.flag("personal_information"),
                entry.text("owner"),
                entry.text("reason"),
                f"{file.name}:{entry.line}",
            )
            for entry in entries
        )
    except EntriesError as error:
        raise EstateError(str(error)) from error
