"""One provider, as Terraform sees it: a request of the plugin protocol in, the response out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.offline_plan import standins, wire
from simulator.offline_plan.description import metadata, provider_schema
from simulator.offline_plan.planned import planned
from simulator.offline_plan.protocol import METHODS, Message, message
from simulator.offline_plan.schema import Provider


@dataclass(frozen=True, slots=True)
class Service:
    """A provider that has nothing behind it but its schema.

    ``kind`` decides what data sources are answered with; ``answered`` lists the types of those that
    were.
    """

    provider: Provider
    kind: standins.Kind = standins.FIRST
    answered: list[str] = field(default_factory=list)

    def calls(self) -> Mapping[str, Callable[[Message], Message]]:
        """Every call of the protocol that is answered."""
        own = {
            "GetMetadata": lambda _: metadata(self.provider),
            "GetProviderSchema": lambda _: provider_schema(self.provider),
            "ReadResource": _as_it_was,
            "PlanResourceChange": self._plan,
            "ImportResourceState": self._import,
            "ReadDataSource": self._read_data,
        }
        return {name: own.get(name, _nothing) for name in METHODS}

    def _plan(self, request: Message) -> Message:
        proposed = _read(request.proposed_new_state)
        block = self.provider.resource(request.type_name)
        legacy = self.provider.legacy
        state = None if proposed is None else planned(block, proposed, legacy=legacy)
        return message("PlanResponse", planned_state=_value(state), legacy_type_system=legacy)

    def _import(self, request: Message) -> Message:
        """All that is known of an imported resource is its id."""
        block = self.provider.resource(request.type_name)
        state: dict[str, wire.Value] = dict.fromkeys(block.attributes)
        state |= {n: None if b.nesting == "single" else [] for n, b in block.blocks.items()}
        state["id"] = request.id
        imported = message("Imported", type_name=request.type_name, state=_value(state))
        return message("ImportResponse", imported_resources=[imported])

    def _read_data(self, request: Message) -> Message:
        block = self.provider.data_source(request.type_name)
        self.answered.append(request.type_name)
        state = standins.read(request.type_name, block, _read(request.config), self.kind)
        return message("DataResponse", state=_value(state))


def _nothing(_: Message) -> Message:
    """There is nothing to object to, to set up or to stop."""
    return message("Nothing")


def _as_it_was(request: Message) -> Message:
    return message("ReadResponse", new_state=request.current_state, private=request.private)


def _read(value: Message) -> wire.Value:
    return wire.decode(value.msgpack, value.json)


def _value(value: wire.Value) -> Message:
    return message("DynamicValue", msgpack=wire.encode(value))
