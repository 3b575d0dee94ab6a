"""What may be opened, what is refused, and how it lies on the disk."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from tests.store.make import StoppedClock, run, snapshot

from tenfold import __version__
from tenfold.model.errors import StoreError
from tenfold.model.mounts import filesystem
from tenfold.store import place
from tenfold.store.schema import METADATA
from tenfold.store.store import Store

CLOCK = StoppedClock()


def test_new_state_is_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "state.sqlite"
    with Store.open(path, CLOCK) as store, store.lease("scan"):
        store.save(run(1), snapshot("a"), [], [])
        made = sorted(path.parent.iterdir())
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in made}
    names = ["state.sqlite", "state.sqlite-shm", "state.sqlite-wal", "state.sqlite.scan.lock"]
    assert modes == dict.fromkeys(names, "0o600")
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_state_is_kept_and_opened_by_url(tmp_path: Path) -> None:
    path = tmp_path / "with space" / "state.sqlite"
    with Store.open(path, CLOCK) as store:
        store.save(run(1), snapshot(), [], [])
    with Store.open(f"sqlite:///{path}", CLOCK) as store:
        assert store.latest_run() == run(1)


def test_connections_write_ahead_and_check_foreign_keys(store: Store) -> None:
    with store._engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")]
        wait = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    assert found == ["wal", 1]
    assert wait >= 5000


def test_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_newer_state_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    Store.open(path, CLOCK).close()
    database = sqlite3.connect(path)
    database.execute("UPDATE alembic_version SET version_num = 'r9999'")
    database.execute("UPDATE written_by SET version = '7.5.0'")
    database.commit()
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as refused:
        Store.open(path, CLOCK)
    assert refused.value.where == str(path)
    assert "7.5.0 with layout r9999" in refused.value.what
    assert f"this is {__version__}" in refused.value.what
    assert "Install tenfold 7.5.0 or later, or point TENFOLD_HOME elsewhere" in refused.value.next
    assert path.read_bytes() == before


def test_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_text("my notes, which nobody may overwrite\n" * 100)
    with pytest.raises(StoreError, match=r"not a SQLite database.*state\.sqlite.*TENFOLD_HOME"):
        Store.open(path, CLOCK)
    assert path.read_text().startswith("my notes")


def test_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE recipes (name)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="database of another program"):
        Store.open(path, CLOCK)
    assert path.read_bytes() == before


@pytest.mark.parametrize("where", ["", "file/state.sqlite"], ids=["a directory", "inside a file"])
def test_place_that_cannot_be(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be opened.*TENFOLD_HOME"):
        Store.open(tmp_path / where, CLOCK)


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="needs Linux's /proc, which nobody can write, not even root"
)
def test_directory_that_cannot_be_made() -> None:
    with pytest.raises(StoreError, match=r"cannot be opened.*/proc/tenfold"):
        Store.open("/proc/tenfold/state.sqlite", CLOCK)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_directory_of_somebody_else(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match=r"cannot be opened: Permission denied"):
        Store.open(tmp_path / "state.sqlite", CLOCK)


@pytest.mark.parametrize("url", ["postgresql://u:secret@db/tenfold", "sqlite://", "sqlite:///:memory:", "x y://"])
def test_url_that_cannot_be_used(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Store.open(url, CLOCK)
    assert "secret" not in str(refused.value)


MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
systemd-1 /home autofs rw 0 0
filer:/home /home nfs4 rw 0 0
//nas/share /mnt/my\040share cifs rw 0 0
tmpfs /home/local tmpfs rw 0 0
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/x", "ext4"),
        ("/home/ann/.local/state", "nfs4"),
        ("/home/local/state", "tmpfs"),
        ("/homes/x", "ext4"),
        ("/mnt/my share/x", "cifs"),
    ],
)
def test_filesystem(path: str, kind: str) -> None:
    assert filesystem(Path(path), MOUNTS) == kind


def test_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nfiler:/x {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    with pytest.raises(StoreError, match=r"network file system \(nfs\)"):
        Store.open(tmp_path / "home" / "state.sqlite", CLOCK)
    assert not (tmp_path / "home").exists()


def test_many_processes_open_a_new_state_at_once(tmp_path: Path) -> None:
    code = "import sys; from tenfold.model.clock import SystemClock; from tenfold.store.store import Store\nStore.open(sys.argv[1], SystemClock()).close()"
    command = [sys.executable, "-c", code, str(tmp_path / "new" / "state.sqlite")]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 4
