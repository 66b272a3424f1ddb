import os
import platform
import re
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from flows.errors import CouldNotRun, Problem
from flows.runner.manifest import MAX_CHANGES, Manifest
from flows.runner.manifest_values import ManifestEntry, pack_outputs
from flows.sinks import Outputs

DONE = ManifestEntry("/in/a.txt", "abc", 3, "rules settings 1", 1, b'{"source": "a.txt"}\n')


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
        manifest.record("n\udcff", ManifestEntry("/in/n\udcff", *[getattr(DONE, name) for name in DONE.__slots__[1:]]))
        found = manifest.find("n\udcff")
    assert found is not None
    assert found.origin == "/in/n\udcff"


def test_the_index_is_sorted_whatever_came_first(path: Path) -> None:
    with Manifest(path) as manifest:
        for name in ("b", "a", "c"):
            manifest.record(name, ManifestEntry("", "", 0, "", 1, name.encode()))
        assert list(manifest.index()) == [("a", None, b"a"), ("b", None, b"b"), ("c", None, b"c")]


def test_quarantine_is_of_this_run(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.quarantine("a", Problem("empty", "fetch it again"))
        assert list(manifest.quarantined()) == [("a", Problem("empty", "fetch it again"))]
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
    for number in range(MAX_CHANGES + 5):
        dying.record(f"{number:04}", DONE)
    dying._connection.close()  # as a killed process leaves it: without a commit
    with Manifest(path) as manifest:
        assert manifest.find(f"{MAX_CHANGES - 1:04}") == DONE
        assert manifest.find(f"{MAX_CHANGES + 1:04}") is None


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


def documents(names: str) -> list[tuple[str, int]]:
    return [(name, 4) for name in names]


def test_shards_are_filled_in_the_order_given_and_never_added_to(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.assign(documents("bca"), 8)
        manifest.assign(documents("bdcae"), 8)
        for name in "abcde":
            manifest.keep(name, pack_outputs(Outputs(((b"body", b"{}"),), b"ledger")))
        assert assigned(manifest) == {1: ["b", "c"], 2: ["a"], 3: ["d", "e"]}


def test_a_document_larger_than_a_shard_has_one_of_its_own(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.assign([*documents("a"), ("b", 100), *documents("c")], 8)
        for name in "abc":
            manifest.keep(name, pack_outputs(Outputs((), b"")))
        assert assigned(manifest) == {1: ["a"], 2: ["b"], 3: ["c"]}


def test_outputs_are_kept_until_their_shard_is_published(path: Path) -> None:
    outputs = Outputs(((b"body", b"{}"),), b"ledger")
    with Manifest(path) as manifest:
        manifest.assign(documents("ab"), 100)
        manifest.record("a", ManifestEntry("", "", 0, "", 1, b""))
        manifest.keep("a", pack_outputs(outputs))
    with Manifest(path) as manifest:
        assert manifest.kept("a") == outputs
        done = manifest.find("a")
        assert done is not None
        assert (done.shard, done.kept) == (1, True)
        assert list(manifest.shards()) == [(1, ["a", "b"])]
        manifest.published(1)
        assert (manifest.kept("a"), list(manifest.shards())) == (None, [])


def test_outputs_are_durable_only_together_with_what_is_known_of_their_document(path: Path) -> None:
    with Manifest(path) as manifest:
        manifest.keep("a", bytes(20_000_000))  # so many do not wait
        with closing(sqlite3.connect(path.with_name("copy.sqlite"))) as copy:
            manifest._connection.backup(copy)
            assert copy.execute("SELECT count(*) FROM output").fetchone() == (0,)


def test_the_second_run_is_told_who_the_first_is(path: Path) -> None:
    first = rf"process {os.getpid()} on {re.escape(platform.node())}, since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    with Manifest(path), pytest.raises(CouldNotRun, match=first):
        Manifest(path)
    assert not path.with_name("run.json").exists()


def test_the_lock_of_a_dead_run_is_taken_over(path: Path) -> None:
    Manifest(path)._connection.close()  # as a killed process leaves it
    assert path.with_name("run.json").exists()
    with Manifest(path) as manifest:
        assert manifest.find("a.txt") is None


@pytest.mark.parametrize("version", [1, 2])
def test_pickles_of_an_earlier_version_are_never_loaded(path: Path, tmp_path: Path, version: int) -> None:
    with Manifest(path) as manifest:
        manifest.assign(documents("a"), 100)
        manifest.record("a.txt", DONE)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE document DROP COLUMN files")
        evil = zlib.compress(b"cpathlib\nPath.touch\n(cpathlib\nPath\n(V" + str(tmp_path / "ran").encode() + b"\ntRtR.")
        connection.execute("INSERT INTO output VALUES (?, ?)", (b"a", evil))
        connection.execute(f"PRAGMA user_version={version}")
    told: list[str] = []
    with Manifest(path, told.append) as manifest:
        assert manifest.kept("a") is None
        done = manifest.find("a.txt")
        assert done is not None
        assert (done.version, done.rows) == ("", DONE.rows)
    assert told == [f"{tmp_path} was written by an earlier version of bodycopy: its documents are cleaned anew"]
    assert not (tmp_path / "ran").exists()
    Manifest(path, pytest.fail)


HOSTILE = {
    "a view": ("DROP TABLE document", "CREATE VIEW document AS SELECT 1"),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON place BEGIN DELETE FROM place; END",),
    "a table of another shape": ("DROP TABLE document", "CREATE TABLE document (name, x)"),
    "a version that is a number": ("UPDATE document SET version = x'00'",),
    "files that are no JSON": ("UPDATE document SET files = '[['",),
    "files that are others": ("UPDATE document SET files = '[[1, 2]]'",),
    "rows that are text": ("UPDATE document SET rows = 7",),
    "a name that is none": ("UPDATE document SET origin = x'ff'",),
    "outputs that are pickles": ("INSERT INTO output VALUES (CAST('a.txt' AS BLOB), x'80049500')",),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_hostile_manifest_holds_is_told_in_a_line(path: Path, name: str) -> None:
    with Manifest(path) as manifest:
        manifest.record("a.txt", DONE)
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in HOSTILE[name]:
            connection.execute(statement)

    def used() -> None:
        with Manifest(path) as manifest:
            manifest.find("a.txt")
            manifest.kept("a.txt")
            list(manifest.index())

    with pytest.raises(
        CouldNotRun, match=r"manifest.sqlite is damaged .*; delete it, and the next run does every document again"
    ):
        used()


def test_a_folder_in_place_of_a_manifest_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(CouldNotRun, match="is a folder, expected a file of ours; move it away"):
        Manifest(path)
