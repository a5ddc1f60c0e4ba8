import hashlib
import json
import os
from pathlib import Path

import pytest

from simulator.evidence import write
from simulator.evidence.ledger import digest
from simulator.evidence.write import EvidenceError, write_evidence
from tests.evidence.build import bad, good

NAMES = {"ledger.json", "index.html"}


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_the_evidence_is_the_ledger_and_the_page(tmp_path):
    place = tmp_path / "new" / "evidence"
    ledger = good()
    paths = write_evidence(ledger, place)
    assert paths == (place / "ledger.json", place / "index.html")
    assert set(contents(place)) == NAMES
    assert json.loads((place / "ledger.json").read_text(encoding="utf-8")) == ledger
    assert (place / "index.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_page_names_the_digest_of_the_ledger_beside_it(tmp_path):
    write_evidence(bad(), tmp_path)
    found = hashlib.sha256((tmp_path / "ledger.json").read_bytes()).hexdigest()
    assert found == digest(bad())
    assert found in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_later_evidence_replaces_earlier_and_leaves_other_files(tmp_path):
    (tmp_path / "junit.xml").write_text("<testsuites/>")
    write_evidence(bad(), tmp_path)
    write_evidence(good(), tmp_path)
    assert set(contents(tmp_path)) == NAMES | {"junit.xml"}
    assert json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8")) == good()


def test_the_same_ledger_gives_the_same_bytes(tmp_path):
    write_evidence(bad(), tmp_path / "a")
    write_evidence(bad(), tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_both_files_can_be_read_by_others(tmp_path):
    for path in write_evidence(good(), tmp_path):
        assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_rendering_that_breaks_off_leaves_the_earlier_evidence(tmp_path, monkeypatch, error):
    write_evidence(good(), tmp_path)
    before = contents(tmp_path)

    def broken(_):
        raise error

    monkeypatch.setattr(write, "page", broken)
    with pytest.raises(error):
        write_evidence(bad(), tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_writing_that_breaks_off_leaves_the_earlier_evidence(tmp_path, monkeypatch, error):
    write_evidence(good(), tmp_path)
    before = contents(tmp_path)
    opened = []

    def fdopen(handle, *args, **kwargs):
        opened.append(handle)
        if len(opened) == 2:
            os.close(handle)
            raise error
        return real(handle, *args, **kwargs)

    real = os.fdopen
    monkeypatch.setattr(write.os, "fdopen", fdopen)
    expected = EvidenceError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_evidence(bad(), tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_directory_in_the_place_of_a_file_leaves_the_other_alone(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(EvidenceError, match=rf"{name}: Is a directory"):
        write_evidence(good(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("below", [".", "deeper"])
def test_a_file_where_the_directory_should_be_is_named(tmp_path, below):
    file = tmp_path / "evidence"
    file.write_text("mine")
    with pytest.raises(EvidenceError, match=r"evidence.*--evidence DIR"):
        write_evidence(good(), file / below)
    assert file.read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a directory nobody writes to")
def test_a_directory_that_cannot_be_written_to_is_named():
    with pytest.raises(EvidenceError, match=r"^/proc/self: .*--evidence DIR"):
        write_evidence(good(), Path("/proc/self"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_without_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(EvidenceError, match="Permission denied"):
        write_evidence(good(), tmp_path)
