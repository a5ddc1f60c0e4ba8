"""A plan of any size: the plan of one shop (``shop/plan.json``), multiplied.

``shop/plan.json`` is what Terraform itself planned for ``shop/`` (by ``cpra-drill plan``). A bigger
estate has more shops beside the same security workspace, in one of three layouts, since a reader
can be slow in different ways:

``modules``
    one module, repeated with ``for_each``: a small configuration, long addresses.
``flat``
    every resource written out in the root module: a configuration as long as the plan.
``keys``
    few resources in the root module, each with ``for_each`` over every shop: many instances behind
    one reference.

Which shops have gaps comes from the seed; nothing else is random.

    python benchmarks/estate.py --resources 3000 --layout flat plan.json
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

Json: TypeAlias = dict[str, Any]

UNIT: Final = Path(__file__).with_name("shop") / "plan.json"
SEED: Final = 20260101

_KEY: Final = "5a0001"  # of the shop in UNIT; it stands for nothing else there
_MODULE: Final = f'module.shop["{_KEY}"]'
_ONE_IN: Final = 10  # so many shops has gaps

_TIDY: Final = {
    "min_tls_version": "TLS1_2",
    "container_access": "private",
    "https_only": True,
    "public_vault": False,
}
_CARELESS: Final = {
    "min_tls_version": "TLS1_0",
    "container_access": "blob",
    "https_only": False,
    "public_vault": True,
}
_ARGUMENTS: Final = {  # of the module: where in its resources they end up
    "azurerm_storage_account": ("min_tls_version", "min_tls_version"),
    "azurerm_storage_container": ("container_access_type", "container_access"),
    "azurerm_linux_web_app": ("https_only", "https_only"),
    "azurerm_key_vault": ("public_network_access_enabled", "public_vault"),
}


def plan(resources: int, layout: str = "modules", seed: int = SEED) -> Json:
    """A plan with at least ``resources`` managed resources: as many whole shops as that takes."""
    unit: Json = json.loads(UNIT.read_text(encoding="utf-8"))
    place, configure = _LAYOUTS[layout]
    own = [one for one in unit["resource_changes"] if one.get("module_address") == _MODULE]
    shared = [one for one in unit["resource_changes"] if one.get("module_address") != _MODULE]
    count = -(-(resources - sum(map(_is_managed, shared))) // sum(map(_is_managed, own)))
    keys = [f"5a{number:04x}" for number in range(1, max(1, count) + 1)]
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    careless = set(chance.sample(keys, -(-len(keys) // _ONE_IN)))
    shops = {key: _CARELESS if key in careless else _TIDY for key in keys}
    unit["variables"]["shops"]["value"] = shops
    changes = [
        place(shop, _set(change, change["change"]["after"], shops[shop]))
        for shop, change in _copies(own, shops)
    ]
    unit["resource_changes"] = _sorted([*shared, *changes])

    root = unit["planned_values"]["root_module"]
    (module,) = root.pop("child_modules")
    values: dict[str, list[Json]] = {shop: [] for shop in shops}
    for shop, one in _copies(module["resources"], shops):
        values[shop].append(place(shop, _set(one, one["values"], shops[shop])))
    if layout == "modules":
        root["child_modules"] = [
            {"resources": below, "address": _MODULE.replace(_KEY, shop)}
            for shop, below in values.items()
        ]
    else:
        root["resources"] = _sorted(
            [*root["resources"], *(one for v in values.values() for one in v)]
        )
    configure(unit["configuration"]["root_module"], shops)
    return unit


def write(path: Path, resources: int, layout: str = "modules", seed: int = SEED) -> int:
    """Write such a plan to ``path``, compactly as Terraform does; gives its managed resources."""
    made = plan(resources, layout, seed)
    path.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    return sum(map(_is_managed, made["resource_changes"]))


def _is_managed(resource: Json) -> bool:
    return bool(resource["mode"] == "managed")


def _sorted(resources: list[Json]) -> list[Json]:
    return sorted(resources, key=lambda one: str(one["address"]))


def _copies(resources: Sequence[Json], shops: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Each resource of the one shop, for every shop, with that shop's key in all its values."""
    text = json.dumps(resources)
    for shop in shops:
        for one in json.loads(text.replace(_KEY, shop)):
            yield shop, one


def _set(resource: Json, values: Json, arguments: Json) -> Json:
    if resource["type"] in _ARGUMENTS:
        attribute, argument = _ARGUMENTS[resource["type"]]
        values[attribute] = arguments[argument]
    return resource


# Layout "modules": everything stays where it is.


def _in_module(_: str, resource: Json) -> Json:
    return resource


def _configured_once(_: Json, __: Mapping[str, Json]) -> None:
    pass


# Layout "flat": orders["x"] of a shop is orders_5a0001["x"] in the root module.


def _alone(shop: str, resource: Json) -> Json:
    name = f"{resource['name']}_{shop}"
    key = f"[{json.dumps(resource['index'])}]" if "index" in resource else ""
    return _in_root(resource, f"{resource['type']}.{name}{key}", name=name)


def _configured_each(root: Json, shops: Mapping[str, Json]) -> None:
    call = root["module_calls"].pop("shop")
    for shop, arguments in shops.items():

        def renamed(found: re.Match[str], _: Json, shop: str = shop) -> list[str]:
            return [f"{found['base']}_{shop}{found['key'] or ''}{found['rest']}"]

        known = {**arguments, "shop": shop}
        for one in call["module"]["resources"]:
            name = f"{one['name']}_{shop}"
            moved = _rewritten(one, one, _Rewriting(call["expressions"], known, renamed))
            root["resources"].append({**moved, "address": f"{one['type']}.{name}", "name": name})
    root["resources"] = _sorted(root["resources"])


# Layout "keys": orders["x"] of a shop is orders["5a0001.x"] in the root module.


def _among_all(shop: str, resource: Json) -> Json:
    key = f"{shop}.{resource['index']}" if "index" in resource else shop
    return _in_root(resource, f'{resource["type"]}.{resource["name"]}["{key}"]', index=key)


def _configured_by_key(root: Json, _: Mapping[str, Json]) -> None:
    call = root["module_calls"].pop("shop")

    def keyed(found: re.Match[str], resource: Json) -> list[str]:
        """``x.id`` is now ``x[each.key].id``; a plan keeps of that ``x`` and ``each.key``."""
        several = _repeats(resource)
        return [found["base"], *(("each.value.shop", "each.value") if several else ("each.key",))]

    for one in call["module"]["resources"]:
        moved = _rewritten(one, one, _Rewriting(call["expressions"], {}, keyed))
        moved.pop("count_expression", None)
        over = one.get("for_each_expression", {}).get("references", [])
        if not any(_is_resource(text) for text in over):
            over = ["local.items" if _repeats(one) else "var.shops"]
        root["resources"].append({**moved, "for_each_expression": {"references": over}})
    root["resources"] = _sorted(root["resources"])


def _repeats(config: Json) -> bool:
    return "count_expression" in config or "for_each_expression" in config


# What both of these do.


class _Rewriting(NamedTuple):
    """How references of the module become those of the root module.

    ``arguments`` are the module call's; ``known`` are those whose value is written out.
    """

    arguments: Json
    known: Json
    resource: Callable[[re.Match[str], Json], list[str]]


_RESOURCE: Final = re.compile(r"(?P<base>\w+\.\w+)(?P<key>\[[^\]]*\])?(?P<rest>.*)")
_WORDS: Final = ("count.", "each.", "local.", "path.", "terraform.", "var.")


def _is_resource(reference: str) -> bool:
    return not reference.startswith(_WORDS)


def _in_root(resource: Json, address: str, **changed: object) -> Json:
    moved = {**resource, "address": address, **changed}
    moved.pop("module_address", None)
    return moved


def _rewritten(tree: Any, config: Json, how: _Rewriting) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(tree, list):
        return [_rewritten(item, config, how) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if "references" not in tree:
        return {name: _rewritten(item, config, how) for name, item in tree.items()}
    names = tree["references"]
    if len(names) == 1 and names[0].removeprefix("var.") in how.known:
        return {"constant_value": how.known[names[0].removeprefix("var.")]}
    found = [new for old in names for new in _reference(old, config, how)]
    return {"references": list(dict.fromkeys(found))} if found else {}


def _reference(text: str, config: Json, how: _Rewriting) -> list[str]:
    if text.startswith("var."):
        argument = text.removeprefix("var.")
        if argument in how.known:
            return []
        return list(how.arguments[argument]["references"])
    if not _is_resource(text):
        return [text]
    found = _RESOURCE.fullmatch(text)
    assert found, text
    return how.resource(found, config)


_LAYOUTS: Final = {
    "modules": (_in_module, _configured_once),
    "flat": (_alone, _configured_each),
    "keys": (_among_all, _configured_by_key),
}
LAYOUTS: Final = tuple(_LAYOUTS)


def main() -> None:
    """Write one plan."""
    parser = argparse.ArgumentParser(description="Write the JSON of a big Terraform plan.")
    parser.add_argument("plan", type=Path, metavar="FILE")
    parser.add_argument("--resources", type=int, default=3000, metavar="N")
    parser.add_argument("--layout", choices=LAYOUTS, default=LAYOUTS[0])
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    wanted = parser.parse_args()
    count = write(wanted.plan, wanted.resources, wanted.layout, wanted.seed)
    print(f"{wanted.plan}: {count} resources")


if __name__ == "__main__":
    main()
