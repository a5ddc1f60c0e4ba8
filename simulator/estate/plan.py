"""Reads the JSON of a Terraform plan (``terraform show -json``) into an Estate."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulator.estate.address import Address
from simulator.estate.azapi import with_azapi
from simulator.estate.errors import EstateError
from simulator.estate.model import (
    Estate,
    Gap,
    Given,
    Known,
    Origin,
    Provider,
    Removal,
    Resource,
    Variable,
    printable,
)
from simulator.estate.plan_config import ConfigModule, Place, config_modules, config_resources
from simulator.estate.plan_drift import drift
from simulator.estate.plan_entries import Entry, going, staying
from simulator.estate.plan_format import HOW, Json, PlanShapeError, load_plan, mapping, mappings
from simulator.estate.plan_providers import locked_versions, provider_of, providers
from simulator.estate.plan_references import References
from simulator.estate.plan_secrets import Secrets
from simulator.estate.plan_trees import frozen, has_true
from simulator.estate.plan_values import Reading
from simulator.estate.provider import normalise


def read_plan(path: Path) -> Estate:
    """The estate that the plan in ``path`` leaves behind, what it removes, and what had drifted.

    Values come from ``resource_changes``, ``planned_values`` and the data sources of
    ``prior_state``; the configuration in the plan says which of them were written and where unknown
    ones come from. Resources are in the plan's order, data sources after them. Where the plan
    leaves a provider's version open, a lock file beside it is asked.

    Raises :class:`EstateError` if the file cannot be read as a plan, or leaves no resource.
    """
    try:
        with _uncollected():
            estate = with_azapi(_estate(load_plan(path), path))
    except PlanShapeError as error:
        raise EstateError(f"{path}: {printable(str(error))}; make it anew with {HOW}") from None
    except RecursionError:
        raise EstateError(f"{path}: it is nested without end; make it anew with {HOW}") from None
    if not estate.resources:
        why = "destroys all that it has" if estate.removals else "has no resources"
        raise EstateError(f"{path}: the plan {why}: there is nothing declared to look at")
    return estate


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: a large plan is millions of objects that stay, and has no cycles."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _estate(plan: Json, path: Path) -> Estate:
    configuration = mapping(plan.get("configuration"), "configuration")
    modules = config_modules(mapping(configuration.get("root_module"), "root_module"))
    secrets = Secrets.of(plan)
    planned = staying(plan, secrets)
    locked = locked_versions(path.parent)
    reader = _Reader(
        modules,
        {names: config_resources(module) for names, module in modules.items()},
        References.over({address: one.trees[:2] for address, one in planned.items()}, modules),
        providers(configuration, locked),
        locked,
        Origin(path.name),
    )
    return Estate(
        tuple(map(reader.resource, planned.values())),
        str(path),
        "plan",
        (*_gaps(plan, reader.origin), *reader.unplanned(planned)),
        tuple(Removal(reader.resource(one), fate) for one, fate in going(plan, secrets)),
        tuple(drift(plan, secrets)),
        variables=tuple(_variables(plan, secrets, reader.origin)),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """A plan's configuration, to read resource instances with.

    ``modules`` and ``written`` (the resources a module configures) are by path of call names.
    """

    modules: Mapping[tuple[str, ...], ConfigModule]
    written: Mapping[tuple[str, ...], Mapping[str, Json]]
    references: References
    providers: Mapping[str, Provider]
    locked: Mapping[str, str]
    origin: Origin

    def resource(self, one: Entry) -> Resource:
        """One resource instance, in the spelling that controls read."""
        address = one.address
        names = tuple(step.name for step in address.modules)
        inside = f"{address.type}.{address.name}"
        inside = inside if address.mode == "managed" else f"{address.mode}.{inside}"
        config = self.written.get(names, {}).get(inside, {})
        each = mapping(config.get("for_each_expression"), "for_each_expression")
        provider = provider_of(one.provider, address.type, self.providers, self.locked)
        created = "create" in one.actions
        reading = Reading(
            address.type,
            Place(self.modules.get(names, ConfigModule({})), address.modules, address.key, each),
            self.references,
            f"{provider} default" if created else "in force by the plan, set nowhere",
            given=one.gone or address.mode == "data" or not config,
        )
        expressions = mapping(config.get("expressions"), f"expressions of {address}")
        return normalise(
            Resource(
                str(address),
                address.type,
                address.name,
                reading.body(one.trees, {} if one.gone else expressions),
                self.origin,
                provider,
                address.mode,
                one.actions,
            )
        )

    def unplanned(self, planned: Mapping[Address, Entry]) -> Iterator[Gap]:
        """Resources that are configured, repeat over nothing, and still are not in the plan."""
        bases = {str(address.base) for address in planned}
        for names, resources in self.written.items():
            above = (self.modules[names[:end]].call for end in range(1, len(names) + 1))
            if any(map(_repeats, above)):
                continue
            prefix = "".join(f"module.{name}." for name in names)
            for address, config in resources.items():
                managed = config.get("mode", "managed") == "managed"
                if managed and not _repeats(config) and prefix + address not in bases:
                    why = "is configured, but not in the plan"
                    yield Gap(printable(prefix + address), why, self.origin)


def _variables(plan: Json, secrets: Secrets, origin: Origin) -> Iterator[Variable]:
    """The root's variables; of their values a plan tells only whether they are the defaults."""
    configuration = mapping(plan.get("configuration"), "configuration")
    root = mapping(configuration.get("root_module"), "root_module")
    declared = mapping(root.get("variables"), "variables of the configuration")
    for name, entry in mapping(plan.get("variables"), "variables").items():
        variable = mapping(declared.get(name), f"variables.{name} of the configuration")
        value = mapping(entry, f"variables.{name}").get("value")
        sensitive = variable.get("sensitive") is True
        known = Known(frozen(value), has_true(secrets.marks(value, sensitive)))
        is_default = "default" in variable and variable["default"] == value
        given = Given.DEFAULT if is_default else Given.ELSEWHERE
        yield Variable(printable(name), known, sensitive, origin, given)


def _gaps(plan: Json, origin: Origin) -> Iterator[Gap]:
    """What the plan itself says it does not hold."""
    if plan.get("errored") is True:
        yield Gap("plan", "planning failed before it was done; plan again without errors", origin)
    elif plan.get("complete") is False:
        yield Gap("plan", "the plan is partial (-target, or deferred changes)", origin)
    for entry in mappings(plan.get("deferred_changes"), "deferred_changes"):
        change = mapping(entry.get("resource_change"), "deferred_changes.resource_change")
        where, why = str(change.get("address", "plan")), str(entry.get("reason", "not yet known"))
        yield Gap(printable(where), f"deferred: {printable(why)}", origin)
    if not mapping(plan.get("configuration"), "configuration").get("root_module"):
        yield Gap(
            "plan", "no configuration in it: nothing says where unknown values come from", origin
        )


def _repeats(config: Json) -> bool:
    return "count_expression" in config or "for_each_expression" in config
