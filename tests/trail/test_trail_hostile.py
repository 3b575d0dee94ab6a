"""What somebody who can write into the bucket, the queue or the folder may try, and what has happened to others."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.trail.cloud import Cloud, connection
from tests.trail.make import Home, document, fetched, record, write
from tests.wire import Reply, Wire, connect, s3_error

from tenfold.model.errors import EndpointError, InputError
from tenfold.store.ledger import DeadKind, DeadLetter, ObjectKind
from tenfold.trail.decode import decode
from tenfold.trail.event import events
from tenfold.trail.folder import Folder
from tenfold.trail.follow import backfill, follow
from tenfold.trail.limits import Limits
from tenfold.trail.notices import named
from tenfold.trail.objects import Objects
from tenfold.trail.queue import Queue
from tenfold.trail.retry import replay
from tenfold.trail.source import Delivery, Listed, Named

ONE, TWO = document(record(1)), document(record(2))
HEADERS = {"ETag": '"e"', "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}
HEAD = Reply("^HEAD /", headers={"x-amz-bucket-region": "eu-west-1"})
PRETTY = json.dumps(record(1), indent=1).encode()


@pytest.fixture
def cloud(moto: str) -> Cloud:
    return Cloud(moto)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(gzip.compress(ONE) + gzip.compress(TWO), id="two files put together as gzip"),
        pytest.param(ONE + b"\n" + TWO, id="two files, a line each"),
        pytest.param(ONE + TWO, id="two files side by side"),
        pytest.param(PRETTY + b"\n" + PRETTY.replace(b"R1", b"R2"), id="two events over many lines"),
        pytest.param(ONE + TWO.replace(b'"R2"', b'"\\ud800"'), id="one of them with half a surrogate pair"),
    ],
)
def test_documents_that_stand_one_after_the_other(data: bytes) -> None:
    decoded = decode(data, fetched(b""))
    assert (len(decoded.rows), decoded.dead) == (2, ())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(ONE + b" and more", "not JSON: ", id="text after the document"),
        pytest.param(ONE + b"]", "not JSON: ", id="a bracket after the document"),
        pytest.param(ONE + ONE[:-2], "not JSON: ", id="half a document after the document"),
        pytest.param(ONE[:-1] + b"," + TWO[1:], 'two fields "Records"', id="Records twice"),
        pytest.param(b'{"Records":null}', "JSON, but not CloudTrail: Expected `array`, got `null`", id="null"),
        pytest.param(b"5", "JSON, but not CloudTrail: Expected `object`, got `int`", id="a number"),
    ],
)
def test_what_stands_beside_the_records_is_not_passed_over(data: bytes, reason: str) -> None:
    (letter,) = decode(data, fetched(b"")).dead
    assert reason in letter.reason


@pytest.mark.parametrize(
    ("unit", "end"),
    [
        pytest.param(b'"\\', b"", id="a string that does not end"),
        pytest.param(b"[", b"", id="brackets"),
        pytest.param(b'{"a":', b"", id="objects"),
        pytest.param(b"{},", b"1]}", id="empty objects"),
        pytest.param(b"0,", b"1]}", id="numbers"),
        pytest.param(b"{}", b"]}", id="objects without commas"),
        pytest.param(b'{"eventTime":"2026-03-01T00:00:00Z"},', b"1]}", id="the smallest records"),
        pytest.param(b"{}\n", b"", id="lines"),
        pytest.param(b'{"eventName":[' + b"0," * 1000 + b"0]},", b"1]}", id="lists"),
    ],
)
def test_no_text_takes_long_or_much(unit: bytes, end: bytes) -> None:
    start = b"" if unit.endswith(b"\n") else b'{"Records":['
    began = time.process_time()
    decoded = decode(start + unit * (4_000_000 // len(unit)) + end, fetched(b""), Limits(records=20_000))
    assert (decoded.kind, len(decoded.dead)) == (ObjectKind.DEAD, 1)
    assert time.process_time() - began < 10


def test_more_records_than_any_log_file_has() -> None:
    data = document(*(record(number) for number in range(11)))
    assert len(decode(data, fetched(b""), Limits(records=11)).rows) == 11
    (letter,) = decode(data, fetched(b""), Limits(records=10)).dead
    assert "more than 10 records" in letter.reason


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_an_event_at_the_end_of_time_does_not_stop_the_others(home: Home, tmp_path: Path, time: str) -> None:
    for number in range(2):
        write(tmp_path, f"{number}.json", document(record(number), record(number + 2, eventTime=time)))
        assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).added == 2
    assert home.reasons() == {}
    assert home.ledger.totals().newest_event == datetime(2026, 3, 1, 11, 0, 1, tzinfo=UTC)  # nothing is newer than now


def test_a_time_that_is_beyond_the_end_in_utc() -> None:
    decoded = decode(document(record(1), record(2, eventTime="9999-12-31T23:59:59-10:00")), fetched(b""))
    assert (len(decoded.rows), len(list(events(decoded)))) == (1, 1)
    assert "eventTime says no time" in decoded.dead[0].reason


@pytest.mark.parametrize(
    "field", ["eventName", "userIdentity", "requestParameters", "readOnly", "addendum", "eventID", "x"]
)
@pytest.mark.parametrize(
    "value",
    [
        *(
            '"\\ud800"',
            '"a\\udc00b"',
            '{"\\ud800":1}',
            "1e999",
            "-1e999",
            "9" * 5000,
            "NaN",
            '"\\u0000"',
            '{"a":1,"a":2}',
        ),
        *("01", '"\\q"', "1.", "+1", '{"arn":99999999999999999999999,"type":1e999}', '{"a":' * 700 + "1" + "}" * 700),
    ],
)
def test_no_value_takes_its_neighbours_along(field: str, value: str) -> None:
    odd = json.dumps(record(1, **{field: "@"})).replace('"@"', value)
    data = f'{{"Records":[{json.dumps(record(0))},{odd},{json.dumps(record(2))}]}}'.encode()
    decoded = decode(data, fetched(b""))
    assert len(decoded.rows) + len(decoded.dead) == 3
    assert len(list(events(decoded))) == len(decoded.rows) >= 2


def notice(bucket: Any = "logs", **written: Any) -> str:
    return json.dumps(
        {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": written}}]}
    )


@pytest.mark.parametrize(
    ("bucket", "reason"),
    [
        pytest.param("file", "cannot be", id="the name of local files"),
        pytest.param("a b", "cannot be", id="obstore panics"),
        pytest.param("evil.example/", "cannot be", id="another host"),
        pytest.param("x@evil.example", "cannot be", id="a user of another host"),
        pytest.param("x/../y", "cannot be", id="dots"),
        pytest.param("", "without bucket", id="empty"),
        pytest.param(["x"], "without bucket", id="a list"),
    ],
)
def test_a_notice_of_a_bucket_that_cannot_be(home: Home, cloud: Cloud, bucket: Any, reason: str) -> None:
    (secret := Path(home.lake.root.parent, "secret.json")).write_bytes(ONE)
    cloud.send(notice(bucket, key=str(secret)), notice(cloud.bucket, key="gone.json"))
    connected = connection(cloud.endpoint)
    home.ingest(objects=Objects(connected)).take(Queue(connected, cloud.url, wait=0))
    assert reason in home.reasons()["message"]
    assert (home.event_ids(), cloud.waiting()) == ([], (0, 0))


@pytest.mark.parametrize("size", ["12", "x", [1], -5, 1.5, None, 10**30])
@pytest.mark.parametrize("etag", [None, 5, ["e"]])
def test_sizes_and_etags_that_are_none(home: Home, size: Any, etag: Any) -> None:
    objects = named(notice(key="/nowhere.json", size=size, eTag=etag))
    assert objects[0].etag == ""
    home.ingest().take(Listed([Named("file", *one) for one in [(o.key, o.etag, o.size) for o in objects]]))
    assert home.reasons().keys() == {"vanished"}


@pytest.mark.parametrize("body", ["CloudTrail validation message.", b"CloudTrail validation message."])
def test_the_sentence_that_cloudtrail_tries_a_topic_with_as_it_stands(body: str | bytes) -> None:
    assert named(body) == []


def test_what_sns_says_of_its_subscription() -> None:
    about = {"Type": "UnsubscribeConfirmation", "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": "You have chosen"}
    assert named(json.dumps(about)) == []


def test_records_in_a_queue_are_no_notices() -> None:
    with pytest.raises(InputError, match="lacks 's3'"):
        named(ONE)


@pytest.mark.parametrize("key", ["a\nb.json", "a\x00b.json", "a\x7fb.json"])
def test_a_key_with_control_characters_is_about_that_key_alone(key: str) -> None:
    with Wire([s3_error("^GET /logs", 404, "NoSuchKey", "no"), Reply("^HEAD /logs")]) as wire:
        found = Objects(connect(wire.url)).fetch(Named("logs", key))
    assert isinstance(found, DeadLetter)
    assert found.kind is DeadKind.VANISHED


def test_a_bucket_in_a_region_that_may_not_be_asked_for() -> None:
    script = [
        s3_error("^HEAD /logs", 403, "AccessDenied", "no"),
        s3_error("^GET /logs", 301, "PermanentRedirect", "no"),
    ]
    with Wire(script) as wire:
        found = Objects(connect(wire.url)).fetch(Named("logs", "a.json"))
    assert isinstance(found, DeadLetter)
    assert found.kind is DeadKind.DENIED


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_things_that_are_no_files(home: Home, tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(write(tmp_path, "a.json", ONE).with_name("pipe.json"))
    assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).added == 1
    assert "no file" in home.reasons()["object"]


class Broken:
    """A source that answers nothing, like a queue that was removed."""

    every = 0.0

    def deliveries(self) -> Iterator[Delivery]:
        raise EndpointError("the queue is gone")

    def acknowledge(self, _receipts: object) -> None:
        raise AssertionError

    def give_back(self) -> None:
        """Nothing was taken."""


def test_a_source_that_fails_does_not_keep_the_others_from_being_read(home: Home, tmp_path: Path) -> None:
    write(tmp_path, "a.json", ONE)
    with pytest.raises(EndpointError, match="the queue is gone"):
        follow([Broken(), Folder(tmp_path / "AWSLogs")], home.ingest(), home.clock, stop=lambda: True)
    assert len(home.event_ids()) == 1


def test_a_letter_that_cannot_be_tried_again_does_not_keep_the_sources_from_being_read(
    home: Home, tmp_path: Path
) -> None:
    home.ledger.bury([DeadLetter(DeadKind.DENIED, "no", "logs", "a.json")])
    home.clock.wait(120)
    write(tmp_path, "a.json", ONE)
    with Wire([Reply("^GET /logs", status=503), HEAD]) as wire:
        ingest = home.ingest(objects=Objects(connect(wire.url)))
        with pytest.raises(EndpointError):
            follow([Folder(tmp_path / "AWSLogs")], ingest, home.clock, stop=lambda: True)
    assert len(home.event_ids()) == 1


def test_letters_of_a_version_that_was_written_over_are_solved_by_a_replay(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", document(record(1), record(2, eventTime="?"), record(1, eventName="x")))
    path.write_bytes(gzip.compress(path.read_bytes()) + b"trailing")
    backfill(Folder(path), home.ingest())
    assert home.reasons().keys() == {"record", "conflict", "trailing bytes"}
    assert replay(home.ingest()).solved == 0
    path.write_bytes(document(record(1), record(3, eventTime="?")))
    done = replay(home.ingest())
    assert (done.tried, done.solved) == (3, 3)
    (left,) = home.ledger.letters()
    assert (left.kind, left.index) == (DeadKind.RECORD, 1)


def test_a_conflict_is_told_of_the_bucket_that_it_lies_in(home: Home) -> None:
    script = [
        Reply("^GET /copy", headers=HEADERS, body={"Records": [record(2), record(1, eventName="x")]}),
        Reply("^GET /logs", headers=HEADERS, body={"Records": [record(3), record(1)]}),
        HEAD,
    ]
    with Wire(script) as wire:
        objects = Objects(connect(wire.url))
        home.ingest(objects=objects).take(Listed([Named("logs", "a.json"), Named("copy", "a.json")]))
    (letter,) = home.ledger.letters()
    assert (letter.kind, letter.bucket, letter.index) == (DeadKind.CONFLICT, "copy", 1)


def test_who_stops_us_does_not_wait_for_s3(home: Home) -> None:
    def interrupted() -> Iterator[Delivery]:
        yield Delivery(tuple(Named("logs", f"{number}.json") for number in range(64)))

    with Wire([HEAD, Reply("^GET", headers=HEADERS, body="[]", delay=30)]) as wire:
        source = Listed([])
        source.deliveries = interrupted  # type: ignore[method-assign]  # a source of the test's own
        ingest = home.ingest(objects=Objects(connect(wire.url)))
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt), _being_stopped():
            ingest.take(source)
        assert time.monotonic() - began < 10


READER = """
import os, sys
from pathlib import Path
from tests.trail.make import Home
from tenfold.trail import ingest
from tenfold.trail.folder import Folder
from tenfold.trail.follow import backfill
read = ingest.decode
def decode(data, origin, limits):  # a crash inside one of the libraries that read bytes
    if b"Poison" in data:
        os.kill(os.getpid(), 9)
    return read(data, origin, limits)
ingest.decode = decode
home = Home(Path(sys.argv[1]))
backfill(Folder(Path(sys.argv[2])), home.ingest())
home.close()
"""


def test_an_object_that_kills_its_reader_is_given_up_after_three_times(tmp_path: Path) -> None:
    for number in range(4):
        write(tmp_path, f"{number}.json", document(record(number, eventName="Poison" if number == 2 else "x")))
    command = [sys.executable, "-c", READER, str(tmp_path / "home"), str(tmp_path / "AWSLogs")]
    codes = [subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode for _ in range(4)]
    assert codes == [-9, -9, -9, 0]
    home = Home(tmp_path / "home")
    (letter,) = home.ledger.letters()
    assert (Path(letter.key).name, letter.tries) == ("2.json", 4)
    assert "was killed" in letter.reason
    assert (len(home.event_ids()), home.ledger.totals().unheard) == (3, 0)
    assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).known == 4
    assert (replay(home.ingest()).solved, len(home.event_ids())) == (1, 4)
    assert not list(tmp_path.glob("home/*-reading/*"))
    home.close()


@contextmanager
def _being_stopped() -> Iterator[None]:
    """Ctrl-C every second: one that falls into a callback of Python's own is lost."""
    over = threading.Event()

    def stop() -> None:
        while not over.wait(1):
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop, daemon=True).start()
    try:
        yield
    finally:
        over.set()
