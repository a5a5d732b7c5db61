"""A SQLite file: who may open it, which files are refused, and how it is set up."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from callboard.ports.store import StoreError
from callboard.store import check_url, open_sqlite
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.ownership import refuse_network
from tests.store.records import SCENARIO, scenario

MOUNTS = """\
21 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 21 0:44 / /srv/share rw - nfs4 server:/share rw
31 30 254:1 / /srv/share/local rw - xfs /dev/vdb rw
32 21 0:45 / /srv/a\\040b rw - fuse.sshfs host: rw
33 21 254:2 / /srv/both rw - cifs //host/x rw
34 33 254:3 / /srv/both rw - ext4 /dev/vdc rw
"""


def refuses(url_or_path, *words):
    with pytest.raises(StoreError) as caught:
        open_sqlite(url_or_path)
    assert all(str(word) in caught.value.message for word in words), caught.value.message


def test_a_file_has_one_engine(tmp_path, run):
    path = tmp_path / "a.db"
    store = open_sqlite(path)
    refuses(path, path, "in use")
    run(store.close())
    run(open_sqlite(path).close())


def test_the_other_engine_is_named(tmp_path, run):
    path = tmp_path / "a.db"
    code = (
        "import sys; from callboard.store import open_sqlite; "
        "store = open_sqlite(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"open\n"
        refuses(path, path, f"process {other.pid}")
        other.kill()
    run(open_sqlite(path).close())


@pytest.mark.parametrize(
    ("path", "kind"), [("/srv/share/x.db", "nfs4"), ("/srv/a b/c/x.db", "fuse.sshfs")]
)
def test_a_network_file_system_is_refused(tmp_path, path, kind):
    with pytest.raises(StoreError, match=kind):
        refuse_network(tmp_path / path, MOUNTS)


@pytest.mark.parametrize(
    "path", ["/x.db", "/srv/share/local/x.db", "/srv/both/x.db", "/srv/sharex"]
)
def test_a_local_one_is_not(tmp_path, path):
    refuse_network(tmp_path / path, MOUNTS)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "a.db"
    path.write_text(
        "This is a text, and not a short one, so that there is something to read.\n" * 9
    )
    refuses(path, path, "not a database")
    assert path.read_text().startswith("This is a text")


def test_a_database_of_another_program_is_refused(tmp_path):
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    refuses(path, path, "another program")


def test_a_place_that_cannot_hold_it_is_refused(tmp_path):
    refuses(tmp_path, tmp_path, "not a file")
    refuses(tmp_path / "none" / "a.db", tmp_path, "folder")


def test_after_a_refusal_the_file_is_free(tmp_path, run):
    path = tmp_path / "a.db"
    path.write_bytes(b"x" * 4096)
    refuses(path, "not a database")
    path.unlink()
    run(open_sqlite(path).close())


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_it_is_named_by_path_or_url(tmp_path, run, form):
    run(
        open_sqlite(
            form.format(tmp_path / "a b.db").replace(" ", "%20" if "://" in form else " ")
        ).close()
    )
    assert (tmp_path / "a b.db").exists()


def test_a_url_may_be_relative(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(open_sqlite("sqlite:///a.db").close())
    assert (tmp_path / "a.db").exists()


@pytest.mark.parametrize("url", ["mysql://host/x", "sqlite://a.db", "a.db", ""])
def test_other_urls_are_refused(url):
    with pytest.raises(StoreError, match="sqlite:///FILE"):
        check_url(url)


def test_a_database_in_memory_ends_with_its_store(run):
    store = open_sqlite("sqlite:///:memory:")
    run(store.put_scenario(scenario()))
    assert run(store.get_scenario(SCENARIO)) == scenario()
    run(store.close())
    store = open_sqlite("sqlite:///:memory:")
    assert run(store.list_scenarios()) == []
    run(store.close())


def test_commits_are_flushed_and_readers_apart(tmp_path):
    with closing(connect(tmp_path / "a.db", wait=1, writes=True)) as connection:
        (mode,), (synchronous,), (keys,), (automatic,) = (
            connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
        )
    assert (mode, synchronous, keys, automatic) == ("wal", 2, 1, 0)


def test_a_connection_that_reads_cannot_write(tmp_path):
    with (
        closing(connect(tmp_path / "a.db", wait=1)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("CREATE TABLE t (x)")
