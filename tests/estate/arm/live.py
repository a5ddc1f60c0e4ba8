"""What Azure answers about several resources, as the estate that they make."""

from collections.abc import Mapping

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.azapi import with_parts
from simulator.estate.model import Estate, Resource
from tests.estate.arm.answers import GROUP, arm, flat
from tests.estate.arm.spelling import unheard_of

Answer = Mapping[str, object]


def an_id(provider_path: str) -> str:
    """The id of something in the shop's resource group: ``Microsoft.Sql/servers/sql-shop``."""
    return f"{GROUP}/providers/{provider_path}"


def estate(*answers: Answer) -> Estate:
    """The resources with their parts laid over them; every argument is one that azurerm has."""
    whole, parts = as_azurerm(tuple(map(arm, answers)))
    made = with_parts(Estate(whole, "azure:s", "live"), parts)
    for resource in made.resources:
        assert unheard_of(resource.type, resource.body) == []
    return made


def one(type_: str, *answers: Answer) -> Resource:
    """The one resource of this azurerm type that these answers make."""
    (found,) = estate(*answers).of_type(type_)
    return found


def said(type_: str, *answers: Answer) -> dict[str, object]:
    """The arguments of the one resource of this type, without Azure's defaults."""
    values = flat(one(type_, *answers))
    return {path: value for path, value in values.items() if not hasattr(value, "decided_by")}
