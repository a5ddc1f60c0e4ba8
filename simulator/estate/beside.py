"""A plan's JSON in the directory that it was made from: the HCL beside it has what it lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError
from simulator.estate.joined import join, same_configuration
from simulator.estate.model import Estate, Given, Known, Reference
from simulator.estate.private_file import private_json

_WHY: Final = "with the words that its JSON has lost from the .tf files beside it"


def with_hcl_beside(
    planned: Estate, plan: Path, progress: Callable[[str], None] = lambda _: None
) -> Estate:
    """The estate of the plan in the file ``plan``, with what it lost read from its own directory.

    Only where something is lost, and where the directory declares just the resources that the plan
    leaves behind: HCL of another state of affairs answers nothing. It is evaluated with the values
    that the plan gives the variables. ``why`` then says so.
    """
    if not _has_lost_words(planned) or not any(plan.parent.glob("*.tf")):
        return planned
    try:
        written = _written(planned, plan.parent, progress)
    except EstateError as error:
        progress(f"the .tf files beside {plan.name} cannot be read: {error}")
        return planned
    if not same_configuration(planned, written):
        progress(f"the .tf files beside {plan.name} declare other resources: they answer nothing")
        return planned
    return replace(join(planned, written), why=_WHY, variables=planned.variables)


def _has_lost_words(planned: Estate) -> bool:
    return any(
        isinstance(value, Reference) and value.text is None
        for resource in planned.resources
        for _, value in resource.body.walk()
    )


def _written(planned: Estate, directory: Path, progress: Callable[[str], None]) -> Estate:
    from simulator.estate.hcl import read_hcl  # noqa: PLC0415 - most plans lie alone

    given = {
        variable.name: variable.value.value
        for variable in planned.variables
        if variable.given is not Given.DEFAULT and isinstance(variable.value, Known)
    }
    with private_json("plan.tfvars.json", given) as values:
        return read_hcl(directory, (values,), progress=progress)
