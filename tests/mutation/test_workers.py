import multiprocessing
import os
import signal
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.controls.public_access import DATA_01
from simulator.controls.verdict import Harm, Weakening
from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.mutation.mutants import mutants
from simulator.mutation.score import in_order
from simulator.mutation.trial import Mark, Trial
from simulator.mutation.workers import trials
from tests.mutation.small import written

WEAKENINGS = (
    Weakening(Harm.FLIP, "azurerm_storage_account", "allow_nested_items_to_be_public"),
    Weakening(Harm.WEAKEN, "azurerm_storage_account", "account_tier", '"Free"'),
    Weakening(Harm.WEAKEN, "azurerm_storage_container", "container_access_type", '"blob"'),
    Weakening(Harm.WIDEN, "azurerm_storage_container", "container_access_type", '"container"'),
)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop, with all that is temporary in a directory of the test's own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return written(tmp_path / "shop")


def begun(shop: Path, jobs: int):
    estate = read_hcl(shop)
    every = list(mutants(shop, estate, [replace(DATA_01, weakenings=WEAKENINGS)]))
    return trials(shop, estate, every, (), jobs)


def left(shop: Path) -> list[str]:
    return sorted(path.name for path in (shop.parent / "temporary").iterdir())


def plain(found: list[Trial]):
    return [(t.mutant.weakening.path, t.mark, t.outcome, t.found) for t in in_order(found)]


def test_several_processes_find_what_one_does_and_leave_nothing(shop):
    alone = list(begun(shop, 1))
    together = list(begun(shop, 2))
    assert plain(alone) == plain(together)
    assert sorted(t.mark for t in alone) == [Mark.KILLED] * 3 + [Mark.SURVIVED]
    assert multiprocessing.active_children() == []
    assert left(shop) == []


def test_whoever_stops_early_leaves_no_process_and_no_copy(shop):
    coming = begun(shop, 2)
    next(coming)
    assert len(multiprocessing.active_children()) == 2
    assert left(shop) != []
    coming.close()
    assert multiprocessing.active_children() == []
    assert left(shop) == []


def test_the_end_of_a_process_is_told(shop):
    coming = begun(shop, 2)
    next(coming)
    for process in multiprocessing.active_children():
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(EstateError, match="ended before it was done"):
        list(coming)
    assert multiprocessing.active_children() == []
    assert left(shop) == []


def test_ctrl_c_is_heard_again_once_the_processes_run(shop):
    before = signal.getsignal(signal.SIGINT)
    coming = begun(shop, 2)
    next(coming)
    assert signal.getsignal(signal.SIGINT) is before
    coming.close()


def test_a_file_of_variables_outside_of_the_directory_is_read(shop, tmp_path):
    text = 'variable "public" {}\n'
    written(shop, text, "variables.tf")
    values = written(tmp_path / "values", "public = true\n", "v.tfvars") / "v.tfvars"
    estate = read_hcl(shop, [values])
    weakening = Weakening(
        Harm.WEAKEN, "azurerm_storage_account", "allow_nested_items_to_be_public", "var.public"
    )
    every = list(mutants(shop, estate, [replace(DATA_01, weakenings=(weakening,))]))
    (trial,) = trials(shop, estate, every, [values], 1)
    assert trial.mark is Mark.KILLED
