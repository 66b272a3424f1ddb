import sqlite3
from pathlib import Path

import pytest

from flows.manifest import COMMIT_EVERY, Done, Manifest
from flows.problems import CouldNotRun
from flows.sinks import Outputs
from flows.sources import Found

DONE = Done("/in/a.txt", "abc", 3, "rules settings 1", 1, b'{"source": "a.txt"}\n')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / ".bodycopy").mkdir()
    return tmp_path / ".bodycopy" / "manifest.sqlite"


def test_what_is_recorded_is_there_in_the_next_run(path: Path) -> None:
    with Manifest(path) as manifest:
        assert manifest.find("a.txt") is None
        manifest.record("a.txt", DONE)
    with Manifest(path) as manifest:
        assert manifest.find("a.txt") == DONE


def test_undecodable_names_are_kept(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.record("n\udcff", Done("/in/n\udcff", *[getattr(DONE, name) for name in DONE.__slots__[1:]]))
        found = manifest.find("n\udcff")
    assert found is not None
    assert found.origin == "/in/n\udcff"


def test_the_index_is_sorted_whatever_came_first(path: Path) -> None:
    with Manifest(path) as manifest:
        for name in ("b", "a", "c"):
            manifest.record(name, Done("", "", 0, "", 1, name.encode()))
        assert list(manifest.index()) == [("a", None, b"a"), ("b", None, b"b"), ("c", None, b"c")]


def test_quarantine_is_of_this_run(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.quarantine("a", "empty", "fetch it again")
        assert list(manifest.quarantined()) == [("a", "empty", "fetch it again")]
    with Manifest(path) as manifest:
        assert list(manifest.quarantined()) == []


def test_documents_of_earlier_runs_are_counted(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.record("a", DONE)
        manifest.record("b", DONE)
        manifest.see("a")
        assert manifest.unseen() == 1


def test_a_second_run_on_the_same_folder_is_told_so(path: Path) -> None:
    with Manifest(path), pytest.raises(CouldNotRun, match=r"another run is writing to .*; wait until it has ended"):
        Manifest(path)
    with Manifest(path):
        pass


def test_what_was_recorded_before_a_run_died_is_there(path: Path) -> None:
    dying = Manifest(path)
    for number in range(COMMIT_EVERY + 5):
        dying.record(f"{number:04}", DONE)
    dying._connection.close()  # as a killed process leaves it: without a commit
    with Manifest(path) as manifest:
        assert manifest.find(f"{COMMIT_EVERY - 1:04}") == DONE
        assert manifest.find(f"{COMMIT_EVERY + 1:04}") is None


def test_a_damaged_manifest_says_what_to_do(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(CouldNotRun, match=r"is damaged .*; delete it, and the next run does every document again"):
        Manifest(path)


def test_a_manifest_of_a_later_version_is_not_touched(path: Path) -> None:
    with Manifest(path):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(CouldNotRun, match="is of format 99"):
        Manifest(path)


def assigned(manifest: Manifest) -> dict[int, list[str]]:
    return dict(manifest.shards())


def documents(names: str) -> list[Found]:
    return [Found(name, "", 4, "text") for name in names]


def test_shards_are_filled_in_the_order_given_and_never_added_to(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.assign(documents("bca"), 8)
        manifest.assign(documents("bdcae"), 8)
        for name in "abcde":
            manifest.keep(name, Outputs(((b"body", b"{}"),), b"ledger"))
        assert assigned(manifest) == {1: ["b", "c"], 2: ["a"], 3: ["d", "e"]}


def test_a_document_larger_than_a_shard_has_one_of_its_own(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.assign([*documents("a"), Found("b", "", 100, "text"), *documents("c")], 8)
        for name in "abc":
            manifest.keep(name, Outputs((), b""))
        assert assigned(manifest) == {1: ["a"], 2: ["b"], 3: ["c"]}


def test_outputs_are_kept_until_their_shard_is_published(path: Path) -> None:
    outputs = Outputs(((b"body", b"{}"),), b"ledger")
    with Manifest(path) as manifest:
        manifest.assign(documents("ab"), 100)
        manifest.record("a", Done("", "", 0, "", 1, b""))
        manifest.keep("a", outputs)
    with Manifest(path) as manifest:
        assert manifest.kept("a") == outputs
        done = manifest.find("a")
        assert done is not None
        assert (done.shard, done.kept) == (1, True)
        assert list(manifest.shards()) == [(1, ["a", "b"])]
        manifest.published(1)
        assert (manifest.kept("a"), list(manifest.shards())) == (None, [])
