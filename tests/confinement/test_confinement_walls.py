"""A confined child tries to get out, under every method that works here."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.confinement.methods import each_method

from tenfold.confinement.fences import Method
from tenfold.confinement.run import run

ATTEMPT = "tests.confinement.escapes:attempt"
SECRET = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is not given to the child, and the same secret in our environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", SECRET)
    path = tmp_path / "credentials"
    path.write_text(SECRET)
    return path


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given" / "rows"
    path.parent.mkdir()
    path.write_text("what it may read")
    path.chmod(0o644)
    return path


@pytest.fixture
def listener() -> Iterator[tuple[socket.socket, list[str]]]:
    """A listener of ours, and who connected."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[str] = []

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                came.append(str(address))
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield server, came
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def tried(method: Method, attempt: str, *reads: Path) -> object:
    return json.loads(run(ATTEMPT, attempt.encode(), reads=reads, method=method))


def stopped(answer: object) -> bool:
    return isinstance(answer, dict) and set(answer) == {"stopped"}


@each_method
def test_reads_what_it_is_given(method: Method, given: Path) -> None:
    assert tried(method, f"read {given}", given) == "what it may read"


@each_method
def test_reads_the_files_of_a_folder_it_is_given(method: Method, given: Path) -> None:
    assert tried(method, f"read {given}", given.parent) == "what it may read"
    assert tried(method, f"list {given.parent}", given.parent) == ["rows"]


@each_method
@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/shadow", "/proc/self/environ", "/proc/{parent}/environ", "{secret}"]
)
def test_reads_no_other_file(method: Method, path: str, secret: Path, given: Path) -> None:
    answer = tried(method, f"read {path.format(parent=os.getpid(), secret=secret)}", given)
    assert stopped(answer), answer


@each_method
@pytest.mark.parametrize("folder", ["/etc", "/root", "/proc", "{beside}"])
def test_lists_no_other_folder(method: Method, folder: str, given: Path, secret: Path) -> None:
    told_apart = {secret.name, "passwd", ".bashrc", str(os.getpid())}
    answer = tried(method, f"list {folder.format(beside=secret.parent)}", given)
    # bubblewrap makes empty folders on the way to what is given; they hold nothing else.
    assert stopped(answer) or (isinstance(answer, list) and not {*answer} & told_apart), answer


@each_method
@pytest.mark.parametrize("attempt", ["append", "make", "remove", "mode"])
def test_changes_nothing_of_what_it_is_given(method: Method, attempt: str, given: Path) -> None:
    path = given.parent / "new" if attempt == "make" else given
    assert stopped(tried(method, f"{attempt} {path}", given.parent))
    assert [file.name for file in given.parent.iterdir()] == ["rows"]
    assert given.read_text() == "what it may read"
    assert given.stat().st_mode & 0o777 == 0o644


@each_method
@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/", "/var/tmp", "{home}"])
def test_writes_nowhere(method: Method, folder: str) -> None:
    place = Path(folder.format(home=Path.home())) / f"tenfold-test-{os.getpid()}"
    try:
        assert stopped(tried(method, f"make {place}"))
        assert not place.exists()
    finally:
        place.unlink(missing_ok=True)


@each_method
def test_connects_to_nobody(method: Method, listener: tuple[socket.socket, list[str]]) -> None:
    server, came = listener
    answer = tried(method, f"connect 127.0.0.1:{server.getsockname()[1]}")
    assert answer == {"stopped": "Operation not permitted"}
    assert came == []


@each_method
def test_connects_to_no_local_service(method: Method, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as service:
        service.bind(str(tmp_path / "service"))
        service.listen()
        assert stopped(tried(method, f"connect_local {tmp_path / 'service'}", tmp_path))


@each_method
@pytest.mark.parametrize(
    "attempt", ["fork", "execute /bin/sh", "execute {python}", "kill {parent}", "unlimited {parent}"]
)
def test_touches_no_process(method: Method, attempt: str) -> None:
    python = os.path.realpath("/proc/self/exe")
    answer = tried(method, attempt.format(parent=os.getpid(), python=python))
    assert answer == {"stopped": "Operation not permitted"}


@each_method
def test_cannot_lift_its_own_limits(method: Method) -> None:
    assert tried(method, "unlimited 0") == {"stopped": "Operation not permitted"}


@each_method
@pytest.mark.usefixtures("secret")
def test_sees_no_environment(method: Method) -> None:
    seen = tried(method, "environment")
    assert isinstance(seen, dict)
    assert set(seen) <= {"PWD", "LC_CTYPE"}


@each_method
def test_inherits_no_descriptor(method: Method, secret: Path) -> None:
    with secret.open() as file:
        os.set_inheritable(file.fileno(), True)
        assert tried(method, "descriptors") == [0, 1, 2, 3, 4]  # its own copies of 1 and 0 are 3 and 4


@each_method
def test_may_start_threads(method: Method) -> None:
    assert tried(method, "thread") == ["ran"]
