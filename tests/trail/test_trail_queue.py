"""An SQS queue and S3 over real HTTP: notices in every form, acknowledged when all is done."""

import gzip
import json
import time
from collections.abc import Sequence

import pytest
from tests.trail.cloud import Cloud, connection
from tests.trail.make import ACCOUNT, FOLDER, Home, document, record

from tenfold.aws.connection import Connection
from tenfold.model.clock import SystemClock
from tenfold.model.errors import AccessError, ConfigError, InputError, StoreError
from tenfold.model.event import Event
from tenfold.trail.folder import Folder
from tenfold.trail.follow import follow
from tenfold.trail.named_source import source
from tenfold.trail.objects import Objects
from tenfold.trail.prefix import Prefix
from tenfold.trail.queue import Queue
from tenfold.trail.retry import replay
from tenfold.trail.source import Source


@pytest.fixture
def cloud(moto: str) -> Cloud:
    return Cloud(moto)


def ids(*numbers: int) -> list[str]:
    return [str(record(number)["eventID"]) for number in numbers]


def gz(*numbers: int) -> bytes:
    return gzip.compress(document(*(record(number) for number in numbers)))


def test_notices_in_every_form(home: Home, cloud: Cloud) -> None:
    reached = connection(cloud.endpoint)
    etags = {number: cloud.put(f"{FOLDER}/{number} +%2B.json.gz", gz(number)) for number in range(4)}
    keys = {number: f"{FOLDER}/{number} +%2B.json.gz" for number in range(4)}
    plain = cloud.notice(keys[0], etags[0])
    direct = {"bucket": {"name": cloud.bucket}, "object": {"key": keys[2], "etag": etags[2]}}
    cloud.send(
        plain,
        {"Type": "Notification", "TopicArn": "t", "Message": json.dumps(cloud.notice(keys[1], etags[1]))},
        {"source": "aws.s3", "detail-type": "Object Created", "detail": direct},
        {"s3Bucket": cloud.bucket, "s3ObjectKey": [keys[3]]},
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": cloud.bucket},
        plain,
        {"s3Bucket": cloud.bucket, "s3ObjectKey": [keys[3], keys[0]]},
    )
    ingest = home.ingest(objects=Objects(reached))
    ingest.take(Queue(reached, cloud.url, wait=0))
    assert home.event_ids() == ids(0, 1, 2, 3)
    assert (ingest.summary.objects, ingest.summary.dead, cloud.waiting()) == (4, 0, (0, 0))


def test_message_is_deleted_after_commit_and_listeners(home: Home, cloud: Cloud) -> None:
    reached = connection(cloud.endpoint)
    cloud.send(cloud.notice("a.json", cloud.put("a.json", document(record(1)))))
    seen = []

    def listener(_events: Sequence[Event]) -> None:
        seen.append((cloud.waiting(), home.event_ids()))

    home.ingest(listener, objects=Objects(reached)).take(Queue(reached, cloud.url, wait=0))
    assert seen == [((0, 1), ids(1))]
    assert cloud.waiting() == (0, 0)


def test_message_is_given_back_when_the_work_fails(home: Home, cloud: Cloud) -> None:
    reached = connection(cloud.endpoint)
    cloud.send(cloud.notice("a.json", cloud.put("a.json", document(record(1)))))

    def full(_events: Sequence[Event]) -> None:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError):
        home.ingest(full, objects=Objects(reached)).take(Queue(reached, cloud.url, wait=0, visibility=600))
    assert cloud.waiting() == (1, 0)


def test_message_stays_ours_while_we_work(home: Home, cloud: Cloud) -> None:
    reached = connection(cloud.endpoint)
    cloud.send(cloud.notice("a.json", cloud.put("a.json", document(record(1)))))
    seen = []

    def slow(_events: Sequence[Event]) -> None:
        time.sleep(3)
        seen.append(cloud.waiting())

    home.ingest(slow, objects=Objects(reached)).take(Queue(reached, cloud.url, wait=0, visibility=2))
    assert seen == [(0, 1)]


@pytest.mark.parametrize("body", ["hello", '{"some": "thing"}'])
def test_message_that_is_no_notice_is_kept_then_deleted(home: Home, cloud: Cloud, body: str) -> None:
    reached = connection(cloud.endpoint)
    cloud.send(body, cloud.notice("a.json", cloud.put("a.json", document(record(1)))))
    home.ingest(objects=Objects(reached)).take(Queue(reached, cloud.url, wait=0))
    (letter,) = home.ledger.letters()
    assert (letter.kind, letter.content, cloud.waiting(), home.event_ids()) == (
        "message",
        body.encode(),
        (0, 0),
        ids(1),
    )
    assert replay(home.ingest(objects=Objects(reached))).solved == 0
    assert home.ledger.letters()[0].tries == 2


def test_object_that_vanished_is_found_by_a_replay(home: Home, cloud: Cloud) -> None:
    reached = connection(cloud.endpoint)
    cloud.send(cloud.notice("gone.json"), cloud.notice("a.json", cloud.put("a.json", document(record(1)))))
    home.ingest(objects=Objects(reached)).take(Queue(reached, cloud.url, wait=0))
    assert (home.event_ids(), cloud.waiting()) == (ids(1), (0, 0))
    assert home.reasons() == {"vanished": "the object is not there any more"}
    cloud.put("gone.json", document(record(2)))
    assert replay(home.ingest(objects=Objects(reached))).solved == 1
    assert (home.event_ids(), home.reasons()) == (ids(1, 2), {})


def test_queue_that_does_not_exist(cloud: Cloud) -> None:
    with pytest.raises(ConfigError, match="the queue cannot be read"):
        list(Queue(connection(cloud.endpoint), f"{cloud.url}-no", wait=0).deliveries())


def test_prefix_is_listed_by_folder_and_day(home: Home, cloud: Cloud) -> None:
    reached = connection(cloud.endpoint)
    trail = f"AWSLogs/o-abc/{ACCOUNT}/CloudTrail/eu-west-1"
    for key, number in {
        f"p/{trail}/2025/12/31/a.json.gz": 1,
        f"p/{trail}/2026/02/28/a.json.gz": 2,
        f"p/{trail}/2026/03/01/a.json.gz": 3,
        f"p/AWSLogs/{ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/03/01/a.json.gz": 4,
        f"p/AWSLogs/{ACCOUNT}/Config/eu-west-1/2026/3/1/a.json.gz": 5,
        "p/2020/copies/a b+c.json.gz": 6,
        "elsewhere/a.json.gz": 7,
    }.items():
        cloud.put(key, gz(number))
    recent = home.ingest(objects=Objects(reached))
    since = home.clock.now().date()
    recent.take(Prefix(reached, cloud.bucket, "p/", since=since))
    assert (home.event_ids(), recent.summary.set_aside) == (ids(3, 6), {"digest": 1})
    whole = home.ingest(objects=Objects(reached))
    whole.take(Prefix(reached, cloud.bucket))
    assert (home.event_ids(), whole.summary.known) == (ids(1, 2, 3, 6, 7), 3)


def test_days_move_with_the_clock(cloud: Cloud, home: Home) -> None:
    today = SystemClock().now()
    cloud.put(f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/{today:%Y/%m/%d}/a.json.gz", gz(1))
    cloud.put(f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2020/01/01/a.json.gz", gz(2))
    reached = connection(cloud.endpoint, home.clock)
    assert len(list(Prefix(reached, cloud.bucket, days=1).deliveries())) == 1
    assert len(list(Prefix(connection(cloud.endpoint), cloud.bucket, days=1).deliveries())) == 1


def test_bucket_that_does_not_exist(cloud: Cloud) -> None:
    with pytest.raises(AccessError, match=r"the bucket cannot be listed.*NoSuchBucket"):
        list(Prefix(connection(cloud.endpoint), f"{cloud.bucket}-no").deliveries())


def test_folder_and_queue_side_by_side(home: Home, cloud: Cloud) -> None:
    reached = connection(cloud.endpoint)
    cloud.send(cloud.notice("a.json", cloud.put("a.json", document(record(1)))))
    path = home.store.path.parent / "b.json"
    path.write_bytes(document(record(1), record(2)))
    rounds = iter([False, True])
    sources: list[Source] = [Queue(reached, cloud.url, wait=0), Folder(path)]
    follow(sources, home.ingest(objects=Objects(reached)), home.clock, stop=lambda: next(rounds))
    assert home.event_ids() == ids(1, 2)


def test_sources_by_what_a_user_writes(home: Home, cloud: Cloud) -> None:
    def connect() -> Connection:
        return connection(cloud.endpoint)

    cloud.send(cloud.notice("p/a.json", cloud.put("p/a.json", document(record(1)))))
    cloud.put("p/b.json", document(record(2)))
    cloud.put("pp/c.json", document(record(3)))
    path = home.store.path.parent / "d.json"
    path.write_bytes(document(record(4)))
    seen = []
    whole = [cloud.url, f"s3://{cloud.bucket}/p", f"s3://{cloud.bucket}/pp/c.json", f"s3://{cloud.bucket}", str(path)]
    for text in whole:
        home.ingest(objects=Objects(connect())).take(source(text, connect))
        seen.append(len(home.event_ids()))
    assert seen == [1, 2, 3, 3, 4]
    with pytest.raises(InputError, match="no bucket can have the name 'file'"):
        source(f"s3://file{path}", connect)
