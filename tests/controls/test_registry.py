from dataclasses import replace

import pytest

from simulator.controls.public_access import DATA_01
from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Outcome, Verdict, not_applicable
from simulator.estate.model import Estate, Gap, Known, Origin, Resource
from tests.controls.build import estate, resource

CLOSED = resource(
    "azurerm_storage_account.a",
    origin=Origin("storage.tf", 7),
    allow_nested_items_to_be_public=False,
    public_network_access_enabled=False,
)


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_every_control_is_registered_under_its_id_with_what_an_auditor_needs(control):
    assert CONTROLS[control.id] is control
    assert control.title
    assert control.gap
    assert any("Civ. Code" in c or "CCR" in c for c in control.citations)
    assert all(ids for _, ids in control.frameworks)
    assert all(t.startswith("T") for t in control.techniques)
    assert control.remedy
    assert "\n" not in control.remedy
    assert control.cannot_show


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_no_control_passes_an_empty_estate(control):
    assert assess(control, estate()).outcome is not Outcome.PASSED


def test_what_the_control_says_is_what_is_told():
    verdict = assess(DATA_01, estate(CLOSED))
    assert verdict == DATA_01.assess(estate(CLOSED))
    assert verdict.outcome is Outcome.PASSED


def crashing(resource_: Resource | None) -> object:
    def look(judged: Resource) -> Verdict:
        raise KeyError(f"a secret: {judged.get('password')}")

    def control(held: Estate) -> Verdict:
        if resource_ is None:
            raise RecursionError
        return look(held.resources[0])

    return replace(DATA_01, assess=control)


def test_a_crash_fails_and_names_the_control_the_error_and_the_resource():
    held = resource("azurerm_storage_account.a", origin=Origin("storage.tf", 7), password="hunter2")
    verdict = assess(crashing(held), estate(held))
    assert verdict.outcome is Outcome.FAILED
    (finding,) = verdict.findings
    assert (finding.address, finding.attribute) == ("azurerm_storage_account.a", "DATA-01")
    assert str(finding.origin) == "storage.tf:7"
    assert "KeyError" in finding.actual
    assert "hunter2" not in str(finding)
    assert not finding.unknown


def test_a_crash_before_any_resource_still_fails():
    verdict = assess(crashing(None), estate(CLOSED))
    assert verdict.outcome is Outcome.FAILED
    (finding,) = verdict.findings
    assert finding.address == "DATA-01"
    assert "RecursionError" in finding.actual


def test_the_person_at_the_keyboard_can_still_interrupt():
    def interrupted(_: Estate) -> Verdict:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assess(replace(DATA_01, assess=interrupted), estate(CLOSED))


GAP = Gap("module.partner", "its source could not be loaded", Origin("main.tf", 12))


@pytest.mark.parametrize("resources", [(CLOSED,), ()])
def test_a_part_that_could_not_be_read_leaves_no_pass_and_no_absence(resources):
    verdict = assess(DATA_01, estate(*resources, gaps=(GAP,)))
    assert verdict.outcome is Outcome.UNKNOWN
    (finding,) = verdict.findings
    assert (finding.address, str(finding.origin)) == ("module.partner", "main.tf:12")
    assert finding.unknown


def test_a_failure_stays_a_failure_beside_a_gap():
    open_ = resource("azurerm_storage_account.a", allow_nested_items_to_be_public=Known(True))
    verdict = assess(DATA_01, estate(open_, gaps=(GAP,)))
    assert verdict.outcome is Outcome.FAILED


def test_a_control_that_looked_at_nothing_is_not_applicable_only_without_gaps():
    control = replace(DATA_01, assess=lambda _: not_applicable("DATA-01", "storage"))
    assert assess(control, estate()).outcome is Outcome.NOT_APPLICABLE
    assert assess(control, estate(gaps=(GAP,))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("where", "outcome"),
    [
        ("module.partner", Outcome.UNKNOWN),
        ("plan", Outcome.UNKNOWN),
        ("main_override.tf", Outcome.UNKNOWN),
        ("azurerm_storage_account.b", Outcome.UNKNOWN),
        ('module.a["x.y"].module.b.azurerm_storage_container.c[0]', Outcome.UNKNOWN),
        ("data.azurerm_storage_account.b", Outcome.UNKNOWN),
        ("azurerm_virtual_network.n", Outcome.PASSED),
        ('module.a["x"].azurerm_virtual_network.n', Outcome.PASSED),
        ("data.azurerm_client_config.c", Outcome.PASSED),
    ],
)
def test_a_missing_resource_of_another_kind_does_not_matter(where, outcome):
    assert assess(DATA_01, estate(CLOSED, gaps=(Gap(where, "not read"),))).outcome is outcome


def test_a_setting_that_could_not_be_read_may_hold_a_secret():
    """An App Configuration key concerns DATA-07 only by its value, and that is what is missing."""
    gap = Gap("azurerm_app_configuration_key.shop", "403")
    unread = Estate((), "azure:s", "live", (gap,))
    assert assess(CONTROLS["DATA-07"], unread).outcome is Outcome.UNKNOWN
    assert assess(CONTROLS["DATA-01"], unread).outcome is Outcome.NOT_APPLICABLE
