"""What a plan's JSON lost is read back from the HCL; what a plan knows stands."""

from dataclasses import replace

import pytest

from simulator.estate.joined import join, same_configuration
from simulator.estate.model import (
    Block,
    Estate,
    Given,
    Known,
    Node,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
    Variable,
)

_ACCOUNT = "azurerm_storage_account.a"
_SETTING = "azurerm_monitor_diagnostic_setting.blob"
_LOST = Reference(_ACCOUNT)
_WHOLE = Reference(_ACCOUNT, text="${azurerm_storage_account.a.id}/blobServices/default")


def _resource(address: str, values: dict[str, Node], line: int | None = None) -> Resource:
    type_, _, name = address.partition(".")
    origin = Origin("plan.json") if line is None else Origin("main.tf", line)
    body = Block(values, origin if line else None)
    return Resource(address, type_, name.partition("[")[0], body, origin, Provider("azurerm"))


def _plan(*resources: Resource) -> Estate:
    return Estate(resources, "plan.json", "plan")


def _hcl(*resources: Resource) -> Estate:
    return Estate(resources, "shop", "hcl")


def test_the_literal_part_of_an_id_comes_back_from_the_hcl() -> None:
    planned = _plan(_resource(_SETTING, {"target_resource_id": _LOST}))
    written = _hcl(_resource(_SETTING, {"target_resource_id": _WHOLE}, 7))
    (setting,) = join(planned, written).resources
    assert setting.get("target_resource_id") == _WHOLE
    assert setting.origin == Origin("main.tf", 7)


def test_the_words_of_one_instance_are_those_of_its_own_target() -> None:
    one = "azurerm_storage_account.a[0]"
    planned = _plan(_resource(_SETTING, {"target_resource_id": Reference(one)}))
    written = _hcl(_resource(_SETTING, {"target_resource_id": _WHOLE}, 7))
    (setting,) = join(planned, written).resources
    expected = "${azurerm_storage_account.a[0].id}/blobServices/default"
    assert setting.get("target_resource_id") == Reference(one, text=expected)


def test_hcl_that_refers_to_something_else_does_not_answer() -> None:
    other = Reference("azurerm_storage_account.b", text="${azurerm_storage_account.b.id}/x")
    planned = _plan(_resource(_SETTING, {"target_resource_id": _LOST}))
    written = _hcl(_resource(_SETTING, {"target_resource_id": other}, 7))
    (setting,) = join(planned, written).resources
    assert setting.get("target_resource_id") == _LOST


def test_another_attribute_of_the_same_resource_does_not_answer() -> None:
    text = "${azurerm_storage_account.a.name}-copy"
    name = Reference(_ACCOUNT, "name", text=text)
    planned = _plan(_resource(_SETTING, {"target_resource_id": _LOST}))
    written = _hcl(_resource(_SETTING, {"target_resource_id": name}, 7))
    (setting,) = join(planned, written).resources
    assert setting.get("target_resource_id") == _LOST


@pytest.mark.parametrize("known", [Known("Deny"), Omitted(default="Allow"), Reference("x.y", "z")])
def test_what_the_plan_knows_stands(known: Node) -> None:
    planned = _plan(_resource(_ACCOUNT, {"default_action": known}))
    written = _hcl(_resource(_ACCOUNT, {"default_action": Known("Allow")}, 3))
    (account,) = join(planned, written).resources
    assert account.body.values["default_action"] == known


def test_a_local_that_the_plan_does_not_hold_is_read_from_the_hcl() -> None:
    planned = _plan(_resource(_ACCOUNT, {"x": Unresolvable("comes from local.x")}))
    written = _hcl(_resource(_ACCOUNT, {"x": Reference("azurerm_subnet.s", text="${s}")}, 3))
    (account,) = join(planned, written).resources
    assert account.get("x") == Reference("azurerm_subnet.s", text="${s}")


def test_blocks_of_a_set_are_matched_by_what_they_say() -> None:
    rules = (Block({"name": Known("a"), "to": _LOST}), Block({"name": Known("b"), "to": _LOST}))
    written = (
        Block({"name": Known("b"), "to": _WHOLE}, Origin("main.tf", 9)),
        Block({"name": Known("a"), "to": _LOST}, Origin("main.tf", 5)),
    )
    joined = join(
        _plan(_resource(_ACCOUNT, {"rule": rules})),
        _hcl(_resource(_ACCOUNT, {"rule": written}, 3)),
    )
    first, second = joined.resources[0].blocks("rule")
    assert (first.get("to"), first.origin) == (_LOST, Origin("main.tf", 5))
    assert (second.get("to"), second.origin) == (_WHOLE, Origin("main.tf", 9))


def test_lifecycle_comes_from_the_hcl_alone() -> None:
    kept = (Block({"ignore_changes": Known(("tags",))}),)
    joined = join(_plan(_resource(_ACCOUNT, {})), _hcl(_resource(_ACCOUNT, {"lifecycle": kept}, 3)))
    assert joined.resources[0].blocks("lifecycle") == kept


def test_an_instance_that_only_the_plan_knows_has_at_least_its_line() -> None:
    planned = _plan(_resource(f'{_ACCOUNT}["eu"]', {"to": _LOST}))
    written = _hcl(_resource(_ACCOUNT, {"to": _WHOLE}, 3))
    (account,) = join(planned, written).resources
    assert (account.origin, account.get("to")) == (Origin("main.tf", 3), _LOST)


def test_a_resource_that_only_the_hcl_has_is_not_added() -> None:
    written = _hcl(_resource(_ACCOUNT, {}, 3), _resource(_SETTING, {}, 9))
    joined = join(_plan(_resource(_ACCOUNT, {})), written)
    assert [resource.address for resource in joined.resources] == [_ACCOUNT]


def test_the_same_configuration_has_the_same_blocks_whatever_their_number() -> None:
    planned = _plan(_resource(f"{_ACCOUNT}[0]", {}), _resource(f"{_ACCOUNT}[1]", {}))
    written = _hcl(_resource(f"{_ACCOUNT}[0]", {}, 3))
    assert same_configuration(planned, written)
    gone = replace(planned.resources[0], actions=("delete",))
    assert not same_configuration(_plan(gone), written)


def _connection(name: Known, value: Known) -> dict[str, Node]:
    return {"connection_string": (Block({"name": name, "value": value}),)}


def test_what_a_masked_block_is_called_is_told_by_the_hcl() -> None:
    hidden, shown = Known("commerce", sensitive=True), Known("commerce")
    secret = Known("hunter2", sensitive=True)
    planned = _plan(_resource(_ACCOUNT, _connection(hidden, secret)))
    written = _hcl(_resource(_ACCOUNT, _connection(shown, Known("hunter2")), 3))
    (block,) = join(planned, written).resources[0].blocks("connection_string")
    assert (block.get("name"), block.get("value")) == (shown, secret)


@pytest.mark.parametrize("name", [Known("other"), Known("commerce", sensitive=True)])
def test_a_label_that_the_hcl_masks_or_has_not_stays_masked(name: Known) -> None:
    hidden, secret = Known("commerce", sensitive=True), Known("hunter2", sensitive=True)
    planned = _plan(_resource(_ACCOUNT, _connection(hidden, secret)))
    written = _hcl(_resource(_ACCOUNT, _connection(name, secret), 3))
    (block,) = join(planned, written).resources[0].blocks("connection_string")
    assert block.get("name") == hidden


def test_where_variables_are_written_is_told_by_the_hcl() -> None:
    of_plan = Variable("a", Known("x"), False, Origin("plan.json"), Given.ELSEWHERE)
    of_file = replace(of_plan, origin=Origin("terraform.tfvars", 3), given=Given.FILE)
    planned, written = _plan(_resource(_ACCOUNT, {})), _hcl(_resource(_ACCOUNT, {}, 3))
    joined = join(replace(planned, variables=(of_plan,)), replace(written, variables=(of_file,)))
    assert joined.variables == (of_file,)
