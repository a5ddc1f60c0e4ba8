"""The configuration side of a plan: its modules, and the places where expressions stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.estate.address import Key, Step
from simulator.estate.plan_format import Json, mapping, mappings


@dataclass(frozen=True, slots=True)
class ConfigModule:
    """A module as configured: its JSON, the call that makes it and the module it is called from."""

    config: Json
    call: Json = field(default_factory=dict)
    parent: "ConfigModule | None" = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: in a module instance, perhaps in a resource instance there."""

    module: ConfigModule
    path: tuple[Step, ...] = ()
    key: Key | None = None
    for_each: Json = field(default_factory=dict)

    @property
    def caller(self) -> "Place | None":
        """The place of the module call that made this module instance."""
        if self.module.parent is None or not self.path:
            return None
        own = self.path[-1].keys
        each = mapping(self.module.call.get("for_each_expression"), "for_each_expression")
        return Place(self.module.parent, self.path[:-1], own[0] if own else None, each)


def config_modules(root: Json) -> Mapping[tuple[str, ...], ConfigModule]:
    """Every module of the configuration by its path of call names; ``()`` is the root."""
    found: dict[tuple[str, ...], ConfigModule] = {}
    waiting: list[tuple[tuple[str, ...], ConfigModule]] = [((), ConfigModule(root))]
    while waiting:
        path, module = waiting.pop()
        found[path] = module
        for name, call in mapping(module.config.get("module_calls"), "module_calls").items():
            called = mapping(call, f"module_calls.{name}")
            body = mapping(called.get("module"), f"module_calls.{name}.module")
            waiting.append(((*path, name), ConfigModule(body, called, module)))
    return found


def config_resources(module: ConfigModule) -> Mapping[str, Json]:
    """The resources that a module configures, by their address within it."""
    listed = mappings(module.config.get("resources"), "configuration resources")
    return {str(resource.get("address")): resource for resource in listed}
