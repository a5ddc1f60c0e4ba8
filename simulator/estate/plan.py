"""Reads the JSON of a Terraform plan (``terraform show -json``) into an Estate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.estate.address import Address, parse_address
from simulator.estate.errors import EstateError
from simulator.estate.model import Estate, Gap, Origin, Provider, Resource
from simulator.estate.plan_config import ConfigModule, Place, config_modules, config_resources
from simulator.estate.plan_format import (
    HOW,
    Json,
    PlanShapeError,
    load_plan,
    mapping,
    mappings,
    text,
)
from simulator.estate.plan_references import References
from simulator.estate.plan_values import Reading, Trees
from simulator.estate.provider import normalise
from simulator.estate.versions import major_version

_GONE: Final = {("delete",), ("forget",)}


def read_plan(path: Path) -> Estate:
    """The estate that the plan in ``path`` leaves behind, with what it deletes marked as such.

    Values come from ``resource_changes``, ``planned_values`` and the data sources of
    ``prior_state``; the configuration in the plan says which of them were written and where unknown
    ones come from. Resources are in the plan's order, data sources after them.

    Raises :class:`EstateError` if the file cannot be read as a plan, or leaves no resource.
    """
    plan = load_plan(path)
    try:
        estate = _estate(plan, path)
    except PlanShapeError as error:
        raise EstateError(f"{path}: {error}; make it anew with {HOW}") from None
    if all(resource.actions in _GONE for resource in estate.resources):
        why = "destroys all that it has" if estate.resources else "has no resources"
        raise EstateError(f"{path}: the plan {why}: there is nothing declared to look at")
    return estate


@dataclass(frozen=True, slots=True)
class _Planned:
    """A resource instance of the plan, before its attributes are read."""

    address: Address
    trees: Trees
    actions: tuple[str, ...]
    provider: str


def _estate(plan: Json, path: Path) -> Estate:
    configuration = mapping(plan.get("configuration"), "configuration")
    modules = config_modules(mapping(configuration.get("root_module"), "root_module"))
    planned = {one.address: one for one in _planned(plan)}
    reader = _Reader(
        modules,
        {names: config_resources(module) for names, module in modules.items()},
        References.over({address: one.trees[:2] for address, one in planned.items()}, modules),
        _providers(configuration),
        Origin(path.name),
    )
    resources = tuple(map(reader.resource, planned.values()))
    gaps = (*_gaps(plan, reader.origin), *reader.unplanned(planned))
    return Estate(resources, str(path), "plan", gaps)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A plan's configuration, to read resource instances with.

    ``modules`` and ``written`` (the resources a module configures) are by path of call names.
    """

    modules: Mapping[tuple[str, ...], ConfigModule]
    written: Mapping[tuple[str, ...], Mapping[str, Json]]
    references: References
    providers: Mapping[str, Provider]
    origin: Origin

    def resource(self, one: _Planned) -> Resource:
        """One resource instance, in the spelling that controls read."""
        address = one.address
        names = tuple(step.name for step in address.modules)
        inside = Address((), address.type, address.name, None, address.mode)
        config = self.written.get(names, {}).get(str(inside), {})
        each = mapping(config.get("for_each_expression"), "for_each_expression")
        provider = self._provider(one)
        gone = one.actions in _GONE
        created = "create" in one.actions
        reading = Reading(
            address.type,
            Place(self.modules.get(names, ConfigModule({})), address.modules, address.key, each),
            self.references,
            f"{provider} default" if created else "in force by the plan, set nowhere",
            given=gone or address.mode == "data" or not config,
        )
        expressions = mapping(config.get("expressions"), f"expressions of {address}")
        return normalise(
            Resource(
                str(address),
                address.type,
                address.name,
                reading.body(one.trees, {} if gone else expressions),
                self.origin,
                provider,
                address.mode,
                one.actions,
            )
        )

    def _provider(self, one: _Planned) -> Provider:
        local = one.provider.rpartition("/")[2] or one.address.type.partition("_")[0]
        return self.providers.get(one.provider) or self.providers.get(local) or Provider(local)

    def unplanned(self, planned: Mapping[Address, _Planned]) -> Iterator[Gap]:
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
                    yield Gap(prefix + address, "is configured, but not in the plan", self.origin)


def _planned(plan: Json) -> Iterator[_Planned]:
    """Every resource instance, once: changes first, then what only the values show."""
    seen = set()
    for index, change in enumerate(mappings(plan.get("resource_changes"), "resource_changes")):
        if "deposed" in change:  # what a failed replacement left over; it is not declared
            continue
        one = _changed(change, f"resource_changes[{index}]")
        seen.add(one.address)
        yield one
    prior = mapping(plan.get("prior_state"), "prior_state").get("values")
    for values, mode in ((plan.get("planned_values"), "managed"), (prior, "data")):
        for resource in _listed(mapping(values, "values").get("root_module")):
            address = _address(resource)
            if resource.get("mode", "managed") == mode and address not in seen:
                seen.add(address)
                trees = Trees(resource.get("values"), {}, resource.get("sensitive_values"))
                actions = ("read",) if mode == "data" else ()
                yield _Planned(address, trees, actions, str(resource.get("provider_name", "")))


def _changed(entry: Json, where: str) -> _Planned:
    change = mapping(entry.get("change"), f"{where}.change")
    named = change.get("actions")
    actions = tuple(map(str, named)) if isinstance(named, list) else ()
    if actions in _GONE:
        trees = Trees(change.get("before"), {}, change.get("before_sensitive"))
    else:
        unknown = change.get("after_unknown")
        trees = Trees(change.get("after"), unknown, change.get("after_sensitive"))
    return _Planned(_address(entry), trees, actions, str(entry.get("provider_name", "")))


def _address(entry: Json) -> Address:
    written = text(entry.get("address"), "address")
    try:
        return parse_address(written)
    except ValueError as error:
        raise PlanShapeError(str(error)) from None


def _listed(module: object) -> Iterator[Json]:
    """The resources of a module's values and of the modules below it."""
    waiting = [mapping(module, "module")]
    while waiting:
        current = waiting.pop()
        yield from mappings(current.get("resources"), "resources")
        waiting.extend(mappings(current.get("child_modules"), "child_modules"))


def _providers(configuration: Json) -> Mapping[str, Provider]:
    """Each provider by its full name and by its local name.

    All modules share one version of a provider, so that their constraints add up.
    """
    stated: dict[tuple[str, str], dict[str, None]] = {}
    entries = mapping(configuration.get("provider_config"), "provider_config")
    for key, entry in entries.items():
        config = mapping(entry, f"provider_config.{key}")
        name = str(config.get("name") or key.rpartition(":")[2].partition(".")[0])
        constraints = stated.setdefault((str(config.get("full_name") or name), name), {})
        if constraint := config.get("version_constraint"):
            constraints[str(constraint)] = None
    providers = {}
    for (full, name), constraints in stated.items():
        kind = full.rpartition("/")[2]  # a local name may differ from the provider's own
        provider = Provider(kind, major_version(constraints), ", ".join(constraints))
        providers[full] = provider
        providers.setdefault(name, provider)
    return providers


def _gaps(plan: Json, origin: Origin) -> Iterator[Gap]:
    """What the plan itself says it does not hold."""
    if plan.get("errored") is True:
        yield Gap("plan", "planning failed before it was done; plan again without errors", origin)
    elif plan.get("complete") is False:
        yield Gap("plan", "the plan is partial (-target, or deferred changes)", origin)
    for entry in mappings(plan.get("deferred_changes"), "deferred_changes"):
        change = mapping(entry.get("resource_change"), "deferred_changes.resource_change")
        where = str(change.get("address", "plan"))
        yield Gap(where, f"deferred: {entry.get('reason', 'not yet known')}", origin)
    if not mapping(plan.get("configuration"), "configuration").get("root_module"):
        yield Gap(
            "plan", "no configuration in it: nothing says where unknown values come from", origin
        )


def _repeats(config: Json) -> bool:
    return "count_expression" in config or "for_each_expression" in config
