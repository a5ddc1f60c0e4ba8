import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.model import Estate, Known, Reference, Unresolvable, Value
from simulator.estate.plan_config import ConfigModule, Place
from simulator.estate.plan_references import References
from tests.estate.planned import (
    call,
    change,
    configured,
    constant,
    module,
    plan,
    read,
    reference,
)

SETTING = "azurerm_monitor_diagnostic_setting"
ACCOUNT = "azurerm_storage_account"
ID_OF_A = reference(f"{ACCOUNT}.a.id", f"{ACCOUNT}.a")
STORE = module(
    configured(f"{ACCOUNT}.a"),
    outputs={"id": ID_OF_A, "account": reference(f"{ACCOUNT}.a")},
)


def account(address: str = f"{ACCOUNT}.a") -> dict[str, object]:
    return change(address, {"name": "a"}, {"id": True})


def setting(address: str = f"{SETTING}.s") -> dict[str, object]:
    return change(address, {}, {"target_resource_id": True})


def target(estate: Estate, address: str = f"{SETTING}.s") -> Value:
    return estate.by_address[address].get("target_resource_id")


def test_a_reference_leads_to_the_resource_in_the_estate(tmp_path: Path) -> None:
    root = module(
        configured(f"{SETTING}.s", target_resource_id=ID_OF_A), configured(f"{ACCOUNT}.a")
    )
    estate = read(tmp_path, plan(root, setting(), account()))
    found = estate.target(target(estate))
    assert found is not None
    assert (found.resource.address, found.suffix) == (f"{ACCOUNT}.a", None)


def test_a_literal_id_leads_to_an_existing_resource(tmp_path: Path) -> None:
    literal = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a"
    root = module(
        configured(f"{SETTING}.s", target_resource_id=ID_OF_A), configured(f"{ACCOUNT}.a")
    )
    existing = change(f"{ACCOUNT}.a", {"id": literal}, actions=("no-op",), before={"id": literal})
    planned = change(f"{SETTING}.s", {"target_resource_id": f"{literal}/blobServices/default"})
    estate = read(tmp_path, plan(root, planned, existing))
    assert estate.by_address[f"{ACCOUNT}.a"].get("id") == Known(literal)
    found = estate.target(target(estate))
    assert found is not None
    assert (found.resource.address, found.suffix) == (f"{ACCOUNT}.a", "/blobServices/default")


def test_an_output_leads_into_the_module(tmp_path: Path) -> None:
    root = module(
        configured(f"{SETTING}.s", target_resource_id=reference("module.m.id", "module.m")),
        calls={"m": call(STORE)},
    )
    estate = read(tmp_path, plan(root, setting(), account(f"module.m.{ACCOUNT}.a")))
    assert target(estate) == Reference(f"module.m.{ACCOUNT}.a")


def test_an_output_that_is_a_resource_is_read_further(tmp_path: Path) -> None:
    texts = reference("module.m.account.id", "module.m.account", "module.m")
    root = module(configured(f"{SETTING}.s", target_resource_id=texts), calls={"m": call(STORE)})
    estate = read(tmp_path, plan(root, setting(), account(f"module.m.{ACCOUNT}.a")))
    assert target(estate) == Reference(f"module.m.{ACCOUNT}.a")


def test_a_variable_leads_to_the_caller_s_argument_through_every_level(tmp_path: Path) -> None:
    inner = module(configured(f"{SETTING}.s", target_resource_id=reference("var.inner")))
    outer = module(calls={"in": call(inner, inner=reference("var.outer"))})
    root = module(configured(f"{ACCOUNT}.a"), calls={"out": call(outer, outer=ID_OF_A)})
    address = f"module.out.module.in.{SETTING}.s"
    estate = read(tmp_path, plan(root, setting(address), account()))
    assert target(estate, address) == Reference(f"{ACCOUNT}.a")


def test_a_variable_leads_from_one_module_into_another(tmp_path: Path) -> None:
    audit = module(configured(f"{SETTING}.s", target_resource_id=reference("var.target")))
    root = module(calls={"m": call(STORE), "audit": call(audit, target=reference("module.m.id"))})
    address = f"module.audit.{SETTING}.s"
    estate = read(tmp_path, plan(root, setting(address), account(f"module.m.{ACCOUNT}.a")))
    assert target(estate, address) == Reference(f"module.m.{ACCOUNT}.a")


def test_a_part_of_an_object_argument_is_the_part_of_that_name(tmp_path: Path) -> None:
    parts = reference(
        f"{ACCOUNT}.a.id", f"{ACCOUNT}.a", f"{ACCOUNT}.a.primary_access_key", f"{ACCOUNT}.a"
    )
    audit = module(
        configured(f"{SETTING}.s", target_resource_id=reference("var.store.id", "var.store"))
    )
    root = module(configured(f"{ACCOUNT}.a"), calls={"audit": call(audit, store=parts)})
    address = f"module.audit.{SETTING}.s"
    estate = read(tmp_path, plan(root, setting(address), account()))
    assert target(estate, address) == Reference(f"{ACCOUNT}.a")


def test_a_part_of_an_object_argument_is_never_another_part(tmp_path: Path) -> None:
    parts = reference(f"{ACCOUNT}.a.id", f"{ACCOUNT}.a", f"{ACCOUNT}.a.primary_access_key")
    app = module(configured("azurerm_x.x", key=reference("var.s.primary_access_key", "var.s")))
    root = module(configured(f"{ACCOUNT}.a"), calls={"app": call(app, s=parts)})
    unknown = {"id": True, "primary_access_key": True}
    changes = (
        change("module.app.azurerm_x.x", {}, {"key": True}),
        change(f"{ACCOUNT}.a", {}, unknown),
    )
    found = read(tmp_path, plan(root, *changes)).by_address["module.app.azurerm_x.x"].get("key")
    assert found == Reference(f"{ACCOUNT}.a", "primary_access_key")


def test_each_value_is_the_instance_of_the_same_key(tmp_path: Path) -> None:
    root = module(
        configured(
            f"{SETTING}.s",
            target_resource_id=reference("each.value.id", "each.value"),
            for_each=reference(f"{ACCOUNT}.a"),
        ),
        configured(f"{ACCOUNT}.a", for_each=constant(["x.y", "z"])),
    )
    keys = ("x.y", "z")
    changes = [make(f'{name}["{key}"]') for key in keys for make, name in (
        (setting, f"{SETTING}.s"), (account, f"{ACCOUNT}.a"))]  # fmt: skip
    estate = read(tmp_path, plan(root, *changes))
    for key in keys:
        assert target(estate, f'{SETTING}.s["{key}"]') == Reference(f'{ACCOUNT}.a["{key}"]')


def test_each_value_may_be_a_module(tmp_path: Path) -> None:
    root = module(
        configured(
            f"{SETTING}.s",
            target_resource_id=reference("each.value.id", "each.value"),
            for_each=reference("module.m"),
        ),
        calls={"m": call(STORE, for_each=constant(["x"]))},
    )
    changes = setting(f'{SETTING}.s["x"]'), account(f'module.m["x"].{ACCOUNT}.a')
    estate = read(tmp_path, plan(root, *changes))
    assert target(estate, f'{SETTING}.s["x"]') == Reference(f'module.m["x"].{ACCOUNT}.a')


def test_an_output_of_a_module_by_each_key_is_lost(tmp_path: Path) -> None:
    # Terraform writes ``module.m[each.key].id`` as ["module.m", "each.key"].
    texts = reference("module.m", "each.key")
    each = constant(["x"])
    root = module(
        configured(f"{SETTING}.s", target_resource_id=texts, for_each=each),
        calls={"m": call(STORE, for_each=each)},
    )
    changes = setting(f'{SETTING}.s["x"]'), account(f'module.m["x"].{ACCOUNT}.a')
    estate = read(tmp_path, plan(root, *changes))
    assert target(estate, f'{SETTING}.s["x"]') == Unresolvable("comes from module.m")


def test_an_index_by_each_key_is_the_instance_of_the_same_key(tmp_path: Path) -> None:
    root = module(
        configured(
            f"{SETTING}.s",
            target_resource_id=reference(f"{ACCOUNT}.a", "each.key"),
            for_each=constant(["x", "y"]),
        ),
        configured(f"{ACCOUNT}.a", for_each=constant(["x", "y"])),
    )
    changes = [setting(f'{SETTING}.s["x"]'), *(account(f'{ACCOUNT}.a["{k}"]') for k in "xy")]
    estate = read(tmp_path, plan(root, *changes))
    assert target(estate, f'{SETTING}.s["x"]') == Reference(f'{ACCOUNT}.a["x"]')


@pytest.mark.parametrize(
    "texts",
    [
        ("var.ids", "each.key"),
        ('var.ids["x.y"]', "var.ids"),
        ("module.m.ids", "module.m", "each.key"),
        ('module.m.ids["x.y"]', "module.m.ids", "module.m"),
        ("module.m.ids.z", "module.m.ids", "module.m"),
    ],
)
def test_a_key_of_a_map_of_instances_is_the_instance_of_that_key(
    tmp_path: Path, texts: tuple[str, ...]
) -> None:
    many = module(
        configured(f"{ACCOUNT}.a", for_each=constant(["x.y", "z"])),
        outputs={"ids": reference(f"{ACCOUNT}.a")},
    )
    audit = module(
        configured(f"{SETTING}.s", target_resource_id=reference(*texts), for_each=constant([])),
        calls={"m": call(many)},
    )
    ids = reference("module.m.ids", "module.m")
    root = module(calls={"m": call(many), "audit": call(audit, ids=ids)})
    inside = "module.m." if texts[0].startswith("var") else "module.audit.module.m."
    address = f'module.audit.{SETTING}.s["x.y"]'
    stores = [f'{inside}{ACCOUNT}.a["{key}"]' for key in ("x.y", "z")]
    estate = read(tmp_path, plan(root, setting(address), *map(account, stores)))
    assert target(estate, address) == Reference(stores["ids.z" in texts[0]])


def test_count_index_is_the_instance_of_the_same_number(tmp_path: Path) -> None:
    root = module(
        configured(
            f"{SETTING}.s",
            target_resource_id=reference(f"{ACCOUNT}.a", "count.index"),
            count=constant(2),
        ),
        configured(f"{ACCOUNT}.a", count=constant(2)),
    )
    changes = [make(f"{name}[{i}]") for i in range(2) for make, name in (
        (setting, f"{SETTING}.s"), (account, f"{ACCOUNT}.a"))]  # fmt: skip
    estate = read(tmp_path, plan(root, *changes))
    assert target(estate, f"{SETTING}.s[1]") == Reference(f"{ACCOUNT}.a[1]")


def test_the_only_instance_is_meant_where_no_key_is_given(tmp_path: Path) -> None:
    root = module(
        configured(f"{SETTING}.s", target_resource_id=reference(f"{ACCOUNT}.a")),
        configured(f"{ACCOUNT}.a", count=constant(1)),
    )
    estate = read(tmp_path, plan(root, setting(), account(f"{ACCOUNT}.a[0]")))
    assert target(estate) == Reference(f"{ACCOUNT}.a[0]")


def test_one_of_several_instances_is_not_guessed(tmp_path: Path) -> None:
    root = module(
        configured(f"{SETTING}.s", target_resource_id=reference(f"{ACCOUNT}.a")),
        configured(f"{ACCOUNT}.a", count=constant(2)),
    )
    changes = setting(), account(f"{ACCOUNT}.a[0]"), account(f"{ACCOUNT}.a[1]")
    estate = read(tmp_path, plan(root, *changes))
    assert target(estate) == Reference(f"{ACCOUNT}.a", also=(f"{ACCOUNT}.a[0]", f"{ACCOUNT}.a[1]"))
    assert estate.target(target(estate)) is None


def test_an_attribute_that_the_plan_lost_is_not_guessed(tmp_path: Path) -> None:
    root = module(
        configured("azurerm_x.x", key=reference(f"{ACCOUNT}.a", "each.key")),
        configured(f"{ACCOUNT}.a"),
    )
    estate = read(tmp_path, plan(root, change("azurerm_x.x", {}, {"key": True}), account()))
    assert estate.by_address["azurerm_x.x"].get("key") == Unresolvable(
        f"comes from {ACCOUNT}.a; a plan does not keep which attribute"
    )


def test_an_attribute_that_the_plan_does_not_have_is_still_the_source(tmp_path: Path) -> None:
    texts = reference(f"{ACCOUNT}.a.gone", f"{ACCOUNT}.a", f"{ACCOUNT}.a.name", f"{ACCOUNT}.a")
    root = module(configured("azurerm_x.x", key=texts), configured(f"{ACCOUNT}.a"))
    estate = read(tmp_path, plan(root, change("azurerm_x.x", {}, {"key": True}), account()))
    assert estate.by_address["azurerm_x.x"].get("key") == Reference(f"{ACCOUNT}.a", "gone")


def test_an_indexed_attribute_stays_as_it_is_written(tmp_path: Path) -> None:
    workflow = "azurerm_logic_app_workflow.w"
    texts = reference(
        f"{workflow}.identity[0].principal_id",
        f"{workflow}.identity[0]",
        f"{workflow}.identity",
        workflow,
    )
    root = module(configured("azurerm_x.x", principal_id=texts), configured(workflow))
    changes = (
        change("azurerm_x.x", {}, {"principal_id": True}),
        change(workflow, {"identity": [{}]}, {"identity": [{"principal_id": True}]}),
    )
    found = read(tmp_path, plan(root, *changes)).by_address["azurerm_x.x"].get("principal_id")
    assert found == Reference(workflow, "identity[0].principal_id")


@pytest.mark.parametrize(
    "texts",
    [
        ("module.gone.id", "module.gone"),
        ("module.m.gone", "module.m"),
        ("module.m", "each.key"),
        ("local.x.id", "local.x"),
        ("not a reference",),
        ("",),
    ],
)
def test_what_leads_nowhere_is_unresolvable(tmp_path: Path, texts: tuple[str, ...]) -> None:
    root = module(
        configured(f"{SETTING}.s", target_resource_id=reference(*texts)), calls={"m": call(STORE)}
    )
    estate = read(tmp_path, plan(root, setting(), account(f"module.m.{ACCOUNT}.a")))
    assert isinstance(target(estate), Unresolvable)


def test_a_chain_of_outputs_that_bites_its_tail_ends(tmp_path: Path) -> None:
    loop = module(outputs={"id": reference("var.id")})
    root = module(
        configured(f"{SETTING}.s", target_resource_id=reference("module.m.id", "module.m")),
        calls={"m": call(loop, id=reference("module.m.id", "module.m"))},
    )
    estate = read(tmp_path, plan(root, setting()))
    assert isinstance(target(estate), Unresolvable)


@given(
    st.lists(
        st.from_regex(
            r"(var|local|each|module|data|azurerm_x)(\.[a-z\[\]\"0]{0,4}){0,3}", fullmatch=True
        )
    )
)
def test_any_list_of_references_is_a_reference_or_a_reason(texts: list[str]) -> None:
    root = ConfigModule({})
    references = References.over({}, {(): root})
    found = references.value({"references": list(texts)}, Place(root), "target_id")
    assert isinstance(found, Reference | Unresolvable)


def test_what_every_instance_refers_to_is_held_once(tmp_path: Path) -> None:
    """Thousands that refer to thousands must not take millions of places."""
    keys = [f"k{number}" for number in range(50)]
    root = module(
        configured(f"{ACCOUNT}.a", for_each=reference("local.names")),
        configured(
            f"{SETTING}.s",
            for_each=reference("local.names"),
            target_resource_id=reference(f"{ACCOUNT}.a"),
        ),
    )
    accounts = [account(f'{ACCOUNT}.a["{key}"]') for key in keys]
    settings_ = [setting(f'{SETTING}.s["{key}"]') for key in keys]
    estate = read(tmp_path, plan(root, *accounts, *settings_))
    found = [target(estate, f'{SETTING}.s["{key}"]') for key in keys]
    assert all(isinstance(one, Reference) and one.also is found[0].also for one in found)
    assert len(found[0].also) == 50


@pytest.mark.parametrize("kind", ["each", "key"])
def test_reading_takes_steps_in_proportion_to_the_instances(tmp_path: Path, kind: str) -> None:
    each = reference("each.value.id", "each.value")
    by_key = reference(f"{ACCOUNT}.a", "each.key")

    def steps(size: int) -> int:
        root = module(
            configured(f"{ACCOUNT}.a", for_each=reference("local.names")),
            configured(
                f"{SETTING}.s",
                for_each=reference(f"{ACCOUNT}.a"),
                target_resource_id=each if kind == "each" else by_key,
            ),
        )
        keys = [f"k{number}" for number in range(size)]
        accounts = [account(f'{ACCOUNT}.a["{key}"]') for key in keys]
        settings_ = [setting(f'{SETTING}.s["{key}"]') for key in keys]
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        document = plan(root, *accounts, *settings_)
        sys.setprofile(count)
        try:
            read(tmp_path, document)
        finally:
            sys.setprofile(None)
        return counted

    steps(10)  # fills the caches
    assert steps(400) < 4.6 * steps(100)
