from dataclasses import replace

import pytest

from simulator.controls import removals
from simulator.controls.data_store_logs.control import RESP_01
from simulator.controls.public_access import DATA_01
from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Finding, Outcome, Verdict, verdict
from simulator.estate.model import Estate, Fate, Gap, Origin, Removal, Resource
from simulator.estate.provider import normalise
from tests.controls.build import declared, estate, id_of, resource

ACCOUNT = normalise(resource("azurerm_storage_account.a", name="sta"))
WORKSPACE = resource("azurerm_log_analytics_workspace.w", name="w")
AUDIT = [{"category_group": "audit"}]


def setting(name: str, **values: object) -> Resource:
    target = id_of(ACCOUNT.address, suffix="/blobServices/default")
    usual = {"log_analytics_workspace_id": id_of(WORKSPACE.address), "enabled_log": AUDIT}
    return normalise(
        resource(
            f"azurerm_monitor_diagnostic_setting.{name}",
            target_resource_id=target,
            **usual | values,
        )
    )


def without(
    stays: tuple[Resource, ...], *goes: Resource, fate: Fate = Fate.DELETED, **more: object
) -> Estate:
    """An estate of what stays, after a plan with which the rest goes."""
    gone = tuple(Removal(replace(one, actions=("delete",)), fate) for one in goes)
    return replace(estate(*stays, reader="plan", **more), removals=gone)


def actual(result: Verdict, attribute: str = "diagnostic_setting") -> str:
    (found,) = [f.actual for f in result.findings if f.attribute == attribute]
    return found


def test_a_finding_names_the_deleted_resource_that_led_to_it() -> None:
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT), setting("blob")))
    assert result.outcome is Outcome.FAILED
    assert actual(result).endswith(
        "; this plan deletes azurerm_monitor_diagnostic_setting.blob, which led to it"
    )


def test_a_forgotten_resource_may_have_led_to_it_as_well() -> None:
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT), setting("blob"), fate=Fate.FORGOTTEN))
    assert "takes out of Terraform's care azurerm_monitor_diagnostic_setting.blob" in actual(result)


def test_what_was_wrong_before_is_not_blamed_on_what_is_deleted() -> None:
    useless = setting("metrics", enabled_log=[])
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT), useless))
    assert result.outcome is Outcome.FAILED
    assert "this plan" not in actual(result)


def test_a_replaced_or_left_over_resource_is_not_blamed() -> None:
    for fate in (Fate.REPLACED, Fate.LEFTOVER):
        result = assess(RESP_01, without((WORKSPACE, ACCOUNT), setting("blob"), fate=fate))
        assert "this plan" not in actual(result)


def test_what_is_forgotten_and_made_anew_is_not_blamed() -> None:
    stays = (WORKSPACE, ACCOUNT, setting("blob", enabled_log=[]))
    result = assess(RESP_01, without(stays, setting("blob"), fate=Fate.FORGOTTEN))
    assert result.outcome is Outcome.FAILED
    assert "this plan" not in "".join(f.actual for f in result.findings)


def test_a_resource_that_is_made_anew_elsewhere_in_the_plan_is_not_missed() -> None:
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT, setting("new")), setting("old")))
    assert result.outcome is Outcome.PASSED


def test_of_several_deleted_resources_only_the_one_that_matters_is_named() -> None:
    other = resource("azurerm_monitor_diagnostic_setting.other", name="x", enabled_log=AUDIT)
    network = resource("azurerm_virtual_network.n", name="n")
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT), network, setting("blob"), other))
    assert "this plan deletes azurerm_monitor_diagnostic_setting.blob, which" in actual(result)


def test_resources_that_only_did_it_together_are_named_together() -> None:
    """The categories of the two settings add up."""
    reads = setting("reads", enabled_log=[{"category": "StorageRead"}])
    writes = setting(
        "writes", enabled_log=[{"category": "StorageWrite"}, {"category": "StorageDelete"}]
    )
    network = resource("azurerm_virtual_network.n", name="n")
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT), network, reads, writes))
    assert (
        "this plan deletes azurerm_monitor_diagnostic_setting.reads, "
        "azurerm_monitor_diagnostic_setting.writes, which led to it"
    ) in actual(result)


@pytest.mark.parametrize("size", [removals._FEW + 1, 60])
def test_among_many_deleted_resources_the_one_that_matters_is_found(size: int) -> None:
    others = [resource(f"azurerm_subnet.s{n}") for n in range(size)]
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT), *others, setting("blob")))
    assert "this plan deletes azurerm_monitor_diagnostic_setting.blob, which" in actual(result)


def test_very_many_of_one_type_are_counted() -> None:
    useless = [resource(f"azurerm_monitor_diagnostic_setting.s{n}") for n in range(40)]
    result = assess(RESP_01, without((WORKSPACE, ACCOUNT), *useless, setting("blob")))
    assert "deletes 41 resources of type azurerm_monitor_diagnostic_setting, which" in actual(
        result
    )


def test_the_number_of_assessments_is_bounded() -> None:
    asked: list[int] = []

    def counted(held: Estate) -> Verdict:
        asked.append(len(held.resources))
        return RESP_01.assess(held)

    kinds = [resource(f"azurerm_kind{n % 5}.x{n}") for n in range(500)]
    assess(replace(RESP_01, assess=counted), without((WORKSPACE, ACCOUNT), *kinds, setting("blob")))
    assert len(asked) < 40


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        (Fate.DELETED, "this plan deletes azurerm_storage_account.a: what is deleted is not"),
        (Fate.REPLACED, "this plan replaces azurerm_storage_account.a: the new one is judged"),
        (Fate.FORGOTTEN, "out of Terraform's care azurerm_storage_account.a: it stays in Azure"),
        (Fate.LEFTOVER, "a failed replacement left of azurerm_storage_account.a: what it holds"),
    ],
)
@pytest.mark.parametrize("stays", [(), (ACCOUNT,)])
def test_a_data_store_that_goes_is_noted_whatever_the_outcome(
    fate: Fate, words: str, stays: tuple[Resource, ...]
) -> None:
    result = assess(DATA_01, without(stays, ACCOUNT, fate=fate))
    assert result.outcome is (Outcome.FAILED if stays else Outcome.NOT_APPLICABLE)
    (note,) = result.notes
    assert words in note


def test_what_the_control_is_not_about_is_not_noted() -> None:
    gone = resource("azurerm_virtual_network.n")
    assert assess(DATA_01, without((ACCOUNT,), gone)).notes == ()


def test_notes_on_very_many_are_one_note() -> None:
    stores = [replace(ACCOUNT, address=f"azurerm_storage_account.a[{n}]") for n in range(300)]
    (note,) = assess(DATA_01, without((), *stores)).notes
    assert note.startswith("this plan deletes 300 resources of type azurerm_storage_account: ")


def test_the_notes_stay_where_a_gap_leaves_the_outcome_unknown() -> None:
    gaps = (Gap("plan", "it is partial", Origin("plan.json")),)
    result = assess(DATA_01, without((), ACCOUNT, gaps=gaps))
    assert (result.outcome, len(result.notes)) == (Outcome.UNKNOWN, 1)


def test_a_control_that_crashes_on_the_estate_before_the_plan_still_has_its_verdict() -> None:
    def control(held: Estate) -> Verdict:
        if len(held.resources) != 1:
            raise KeyError
        found = Finding("x.a", Origin("p"), "b", "is", "should be", "why", "fix")
        return verdict("DATA-01", held.resources, [found])

    result = assess(replace(DATA_01, assess=control), without((WORKSPACE,), ACCOUNT, WORKSPACE))
    (finding,) = result.findings
    assert (finding.address, finding.actual) == ("x.a", "is")


def test_an_estate_from_which_nothing_goes_is_assessed_once() -> None:
    asked: list[Estate] = []

    def counted(held: Estate) -> Verdict:
        asked.append(held)
        return DATA_01.assess(held)

    result = assess(replace(DATA_01, assess=counted), estate(ACCOUNT))
    assert (len(asked), result.notes) == (1, ())


@pytest.mark.parametrize("control", CONTROLS)
def test_no_control_is_made_worse_or_better_by_what_goes(control: str) -> None:
    """What goes explains an outcome and never decides it."""
    stays = declared(control, "pass", "plan")
    goes = declared(control, "fail", "plan").resources
    gone = tuple(Removal(one, Fate.DELETED) for one in goes if one.mode == "managed")
    plain = assess(CONTROLS[control], stays)
    told = assess(CONTROLS[control], replace(stays, removals=gone))
    assert (told.outcome, told.looked_at) == (plain.outcome, plain.looked_at)
    assert [(f.address, f.attribute, f.unknown) for f in told.findings] == [
        (f.address, f.attribute, f.unknown) for f in plain.findings
    ]


def test_what_a_control_notes_itself_is_kept():
    noted = replace(DATA_01, assess=lambda e: replace(DATA_01.assess(e), notes=("of its own",)))
    before = estate(ACCOUNT)
    other = replace(ACCOUNT, address="azurerm_storage_account.b")
    gone = replace(before, removals=(Removal(other, Fate.DELETED),))
    notes = removals.with_removals(noted, gone, noted.assess(gone)).notes
    assert notes[0] == "of its own"
    assert len(notes) > 1
