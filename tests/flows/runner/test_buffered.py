import sqlite3
from contextlib import closing

from flows.runner.buffered import BufferedChanges

ADD = "INSERT OR REPLACE INTO t VALUES (?, ?)"


def test_changes_wait_until_there_are_enough_and_the_last_one_of_a_row_counts() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (name PRIMARY KEY, value)")
        changes = BufferedChanges(connection, most=3)
        for name, value in (("a", 1), ("a", 2)):
            changes.add(ADD, name, value)
        assert connection.execute("SELECT * FROM t").fetchall() == []
        changes.add("DELETE FROM t WHERE name = ?", "b")
        assert connection.execute("SELECT * FROM t").fetchall() == [("a", 2)]
        changes.add(ADD, "b", 1, size=1 << 30)  # large ones do not wait
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_no_commit_comes_between_changes_that_belong_together() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (name PRIMARY KEY, value)")
        changes = BufferedChanges(connection, most=1)
        changes.add(ADD, "outputs", 1, size=1 << 30, whole=False)
        assert connection.execute("SELECT * FROM t").fetchall() == []
        changes.add("INSERT INTO t VALUES (?, 2)", "document")
        assert connection.execute("SELECT * FROM t").fetchall() == [("outputs", 1), ("document", 2)]
