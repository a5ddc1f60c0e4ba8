from dataclasses import replace

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Outcome
from simulator.estate.azure import read_subscription
from simulator.estate.errors import EstateError
from simulator.estate.model import Known
from tests.estate.azure.arm_server import Fault
from tests.estate.azure.shop import ACCOUNT, SHOP, SITE, SUB, Signed


def live(server, **options):
    return read_subscription(SUB.upper(), credential=Signed(), endpoint=server.endpoint, **options)


@pytest.mark.parametrize("id_", ["", "shop", SUB[:-1], f"{SUB}/../x", f"{SUB} "])
def test_an_id_that_is_none_is_an_error_before_anything_is_sent(serve, id_):
    server = serve(SHOP)
    with pytest.raises(EstateError, match="az account list"):
        read_subscription(id_, credential=Signed(), endpoint=server.endpoint)
    assert server.requests == []


def test_a_subscription_is_an_estate_in_azurerms_words(serve):
    estate = live(serve(SHOP))
    assert (estate.reader, estate.source) == ("live", f"azure:{SUB}")
    (account,) = estate.of_type("azurerm_storage_account")
    assert account.address == ACCOUNT
    assert account.get("allow_nested_items_to_be_public") == Known(False)
    assert len(estate.of_type("azurerm_storage_container")) == 3
    assert estate.target(Known(ACCOUNT)).resource is account


def test_the_same_subscription_gives_the_same_estate(serve):
    def everything(estate):
        return [(r.address, r.type, list(r.body.walk())) for r in estate.resources], estate.gaps

    first, second = live(serve(SHOP)), live(serve(tuple(reversed(SHOP)), page=5))
    assert everything(first) == everything(second)


def test_the_directory_is_a_gap_for_those_who_ask_for_it(serve):
    estate = live(serve(SHOP))
    directory = [gap for gap in estate.gaps if gap.where.startswith("azuread_")]
    assert directory
    assert all("Microsoft Graph" in gap.why for gap in directory)


def test_no_secret_of_the_shop_can_be_printed(serve):
    estate = live(serve(SHOP))
    assert "hunter2" not in repr(estate)
    assert any(r.address.startswith(SITE) for r in estate.resources)


def test_what_could_not_be_read_leaves_no_verdict_of_passed(serve):
    """A control that is content with what was read is not content with a gap in it."""
    fault = Fault("blobServices/default/containers$", 403, "AuthorizationFailed")
    whole, partly = live(serve(SHOP)), live(serve(SHOP, faults=[fault]))
    assert len(partly.gaps) == len(whole.gaps) + 1
    for control in CONTROLS.values():
        empty = replace(partly, resources=())
        assert assess(control, empty).outcome is Outcome.UNKNOWN


def test_progress_is_told(serve):
    lines: list[str] = []
    live(serve(SHOP), progress=lines.append)
    assert all(line.startswith(f"reading azure:{SUB}: ") for line in lines)
