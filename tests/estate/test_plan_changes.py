"""A real plan of Terraform 1.11 on the state that an apply left: every kind of change."""

from pathlib import Path

import pytest

from simulator.estate.model import (
    Estate,
    Fate,
    Known,
    Omitted,
    Reference,
    Unresolvable,
    effective,
    show,
)
from simulator.estate.plan import read_plan

PLAN = Path(__file__).parents[2] / "fixtures/plans/changes/plan.json"


@pytest.fixture(scope="module")
def estate() -> Estate:
    return read_plan(PLAN)


def test_what_stays_is_declared_and_what_goes_is_not(estate: Estate) -> None:
    assert {r.address.removeprefix("terraform_data."): r.actions for r in estate.resources} == {
        "after_move": ("no-op",),
        "created": ("create",),
        "imported": ("no-op",),
        "kept": ("no-op",),
        "replaced": ("delete", "create"),
        "replaced_in_time": ("create", "delete"),
        "shrinking[0]": ("no-op",),
        "updated": ("update",),
        "data.terraform_remote_state.shared": ("read",),
    }
    assert estate.gaps == ()


def test_what_goes_is_told_apart(estate: Estate) -> None:
    assert {
        one.resource.address.removeprefix("terraform_data."): one.fate for one in estate.removals
    } == {
        "deleted": Fate.DELETED,
        "shrinking[1]": Fate.DELETED,
        "replaced": Fate.REPLACED,
        "replaced_in_time": Fate.REPLACED,
        "forgotten": Fate.FORGOTTEN,
    }


def test_a_replaced_resource_has_both_its_values(estate: Estate) -> None:
    address = "terraform_data.replaced"
    (old,) = [one.resource for one in estate.removals if one.resource.address == address]
    new = estate.by_address[address]
    assert old.get("triggers_replace") == Known("one")
    assert new.get("triggers_replace") == Known("two")
    assert isinstance(old.get("id"), Known)
    assert new.get("id") == Omitted()  # left to Azure, which nobody set
    created = estate.by_address["terraform_data.created"]
    assert created.get("input.id") == Reference(address)


def test_what_terraform_itself_leaves_in_plain_sight_is_hidden(estate: Estate) -> None:
    text = PLAN.read_text(encoding="utf-8")
    assert "first-drill-secret" in text
    assert "second-drill-secret" in text
    assert "drill-secret" not in repr(estate)
    shown = [
        show(value)
        for resource in (*estate.resources, *(one.resource for one in estate.removals))
        for _, value in resource.body.walk()
    ]
    assert "drill-secret" not in "".join(shown)


def test_a_copy_of_a_secret_that_terraform_does_not_mark_is_a_secret(estate: Estate) -> None:
    shared = estate.by_address["data.terraform_remote_state.shared"]
    copied = shared.get("outputs.secret")
    assert (copied, effective(copied)) == (
        Known("first-drill-secret", sensitive=True),
        "first-drill-secret",
    )
    assert shared.get("outputs.region") == Known("westus2")
    (deleted,) = [one.resource for one in estate.removals if one.resource.name == "deleted"]
    assert deleted.get("output.secret") == Known("first-drill-secret", sensitive=True)
    assert deleted.get("output.name") == Known("gone")


def test_a_value_that_terraform_computes_from_an_unknown_one_is_left_to_it(estate: Estate) -> None:
    updated = estate.by_address["terraform_data.updated"]
    assert updated.get("output") == Omitted()
    assert not isinstance(updated.get("input.level"), Unresolvable)
