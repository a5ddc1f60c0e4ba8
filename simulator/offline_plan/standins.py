"""Stand-in answers of data sources: stable, of the right type, and plainly not real. Pure.

No answer is worth anything by itself. A configuration is planned with two kinds of answers, and
what differs between the two plans is what depends on them (see ``dependence.py``). So one kind has
to differ from another wherever the configuration itself does not give the value.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.offline_plan.schema import Block, Type
from simulator.offline_plan.wire import Value, is_unknown

_GUIDS: Final = frozenset(
    {
        "tenant_id",
        "client_id",
        "object_id",
        "principal_id",
        "application_id",
        "app_id",
        "workspace_id",
        "display_object_id",
    }
)
_JSON: Final = frozenset(
    {"policy_rule", "parameters", "metadata", "template_content", "output_content", "json"}
)
_TIMES: Final = ("_date", "_time", "timestamp", "rfc3339", "not_before", "not_after", "expiry")


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of making answers up.

    ``number`` (0 to 9) shows in every text and number. ``opposite`` turns what is false into true,
    and gives lists a second member and maps a first.
    """

    number: int
    opposite: bool

    @property
    def zeros(self) -> str:
        """A GUID that is nobody's."""
        return f"00000000-0000-0000-0000-00000000000{self.number}"

    @property
    def subscription(self) -> str:
        """The resource id of a subscription that is nobody's."""
        return f"/subscriptions/{self.zeros}"


FIRST: Final = Kind(0, opposite=False)
OPPOSITE: Final = Kind(1, opposite=True)
ALIKE: Final = Kind(1, opposite=False)
"""As ``FIRST`` in truth values and lengths: for configurations that hang on one of those."""


def read(
    type_name: str, block: Block, config: Mapping[str, Value], kind: Kind = FIRST
) -> dict[str, Value]:
    """The state of a data source whose configuration is ``config``.

    The same type, configuration and kind always give the same answer; another configuration gives
    other identifiers. What the configuration gives is kept.
    """
    seed = json.dumps([type_name, config, kind.number], default=str, sort_keys=True)
    made = _Answer(type_name, hashlib.sha256(seed.encode()).hexdigest(), config, kind)
    state: dict[str, Value] = {}
    for name, attribute in block.attributes.items():
        value = config.get(name)
        if value is None:
            value = made.value(name, attribute.type) if attribute.computed else attribute.default
        state[name] = value
    for name, nested in block.blocks.items():
        value = config.get(name)
        state[name] = [] if value is None and nested.nesting != "single" else value
        if isinstance(value, list):
            state[name] = [made.inside(nested.body, item) for item in value]
    return state


@dataclass(frozen=True, slots=True)
class _Answer:
    type_name: str
    seed: str
    config: Mapping[str, Value]
    kind: Kind

    def inside(self, block: Block, config: Mapping[str, Value]) -> dict[str, Value]:
        state = dict(config)
        for name, attribute in block.attributes.items():
            if state.get(name) is None and attribute.computed:
                state[name] = self.value(name, attribute.type)
        for name, nested in block.blocks.items():
            if isinstance(state.get(name), list):
                state[name] = [self.inside(nested.body, item) for item in state[name]]
        return state

    def value(  # noqa: PLR0911 - one line per form of type
        self, name: str, type_: Type, place: int = 0
    ) -> Value:
        """A value of this type; ``place`` keeps the members of a list apart."""
        more = self.kind.opposite
        match type_:
            case "string":
                return self._text(name, place)
            case "bool":
                return more
            case "number":
                return self.kind.number + place
            case "dynamic" if more:
                return [b'["object",{"fake":"string"}]', {"fake": self._plain(name, place)}]
            case "dynamic":
                return [b'["object",{}]', {}]
            case ["object", fields]:
                return {inner: self.value(inner, below, place) for inner, below in fields.items()}
            case ["list" | "set", element]:
                return [self.value(name, element, index) for index in range(2 if more else 1)]
            case ["map", element]:
                return {"fake": self.value(name, element)} if more else {}
        raise ValueError(f"{self.type_name}.{name}: no stand-in for type {type_!r}")

    def _plain(self, name: str, place: int) -> str:
        last = f"-{place}" if place else ""
        return f"fake-{name.replace('_', '-')}-{self.seed[:8]}{last}"

    def _guid(self, place: int) -> str:
        return f"00000000-0000-{place:04}-{self.seed[:4]}-{self.seed[4:16]}"

    def _text(self, name: str, place: int) -> str:  # noqa: C901, PLR0911 - one line per form
        plain = self._plain(name, place)
        if name == "id":
            return self._identity(place)
        if name in {"subscription_id", "tenant_id"}:
            return self.kind.zeros
        if name in _GUIDS:
            return self._guid(place)
        if name == "location":
            return f"fakelocation{self.kind.number}"
        if name in _JSON:
            return json.dumps({"fake": plain} if self.kind.number else {})  # it may be decoded
        if "base64" in name and "sha" not in name:
            return base64.b64encode(plain.encode()).decode()
        if name.endswith(_TIMES):
            return f"200{self.kind.number}-01-01T00:00:00Z"
        if "ip_address" in name:
            return f"192.0.2.{100 * self.kind.number + place + 1}"  # RFC 5737: documentation only
        if "address_prefix" in name or name.endswith("cidr"):
            return f"198.{18 + self.kind.number}.{128 * place}.0/17"  # RFC 2544: nobody's
        if name.endswith(("_id", "_ids")):
            return f"{self.kind.subscription}/providers/Fake/{name}/{self.seed[:8]}{place}"
        if name.endswith(("_uri", "_url", "_endpoint")):
            return f"https://{plain}.invalid/"
        return plain

    def _identity(self, place: int) -> str:
        """An id in the shape of Azure's, with whatever names the configuration gives."""
        scope = self.kind.subscription
        if self.type_name == "azurerm_subscription":
            return scope
        if self.type_name == "azurerm_management_group":  # of its name alone, so often the true one
            called = self._given("name") or self.seed[:8]
            return f"/providers/Microsoft.Management/managementGroups/{called}"
        name = self._given("name") or self._given("display_name") or self.seed[:8]
        name += f"-{place}" if place else ""
        if self.type_name == "azurerm_resource_group":
            return f"{scope}/resourceGroups/{name}"
        if self.type_name.startswith("azuread_"):
            return self._guid(place)
        group = self._given("resource_group_name")
        scope += f"/resourceGroups/{group}" if group else ""
        return f"{scope}/providers/Fake/{self.type_name}/{name}"

    def _given(self, name: str) -> str | None:
        value = self.config.get(name)
        return None if value is None or is_unknown(value) else str(value)
