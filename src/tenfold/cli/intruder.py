"""The demo's intruder: three calls in one account, and how long each takes to become an incident on the terminal."""

import json
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tenfold.cli.finding import told
from tenfold.cli.session import Session
from tenfold.cli.trail import keep_taking, pipeline
from tenfold.model.arn import Arn
from tenfold.reports.characters import printable
from tenfold.reports.terminal.style import counted
from tenfold.sinks.notice import Notice
from tenfold.trail.ingest import Summary
from tenfold.trail.queue import Queue
from tenfold.trail.source import Delivery

_PATIENCE = 30.0
"""Seconds until an incident that has not come is given up."""

_LOOK = 0.2
_WAIT = 1
"""Seconds that one call to the queue waits: what ending the follow takes at most."""

_LOGS, _QUEUE, _TRAIL = "activity-logs", "activity-notices", "activity-of-today"
_BUCKET, _USER = "payroll-exports", "night-batch"

Client = Callable[[str], Any]
"""A boto3 client of a service, in the account."""


class _Stage(NamedTuple):
    """Where it is played: the queue that S3 tells of the trail's log files; what the intruder is after."""

    queue_url: str
    trail: str
    bucket: str
    user: str


class _Timed:
    """A queue, and when the notice of each log file came out of it."""

    every = Queue.every

    def __init__(self, source: Queue) -> None:
        self._source, self.came = source, dict[str, datetime]()

    def deliveries(self) -> Iterator[Delivery]:
        for delivery in self._source.deliveries():
            for named in delivery.objects:
                self.came.setdefault(named.key, _now())
            yield delivery

    def acknowledge(self, receipts: Sequence[str]) -> None:
        self._source.acknowledge(receipts)

    def give_back(self) -> None:
        self._source.give_back()


def play(session: Session, client: Client, deliver: Callable[[], None]) -> None:
    """Set a trail up, follow it, break in, and tell of each incident as it comes.

    Args:
        session: acts in the account; lake and state go to its folder.
        client: the intruder's.
        deliver: lets the log files be written now.
    """
    stage = _set_up(client)
    source = _Timed(Queue(session.connection, stage.queue_url, wait=_WAIT))
    arrived: queue.SimpleQueue[Notice] = queue.SimpleQueue()
    _say(f"Trail {stage.trail} logs, S3 tells a queue of its log files, `tenfold trail follow` reads the queue.\n")
    with _following(session, source, arrived.put) as following:
        called = _break_in(client, stage)
        _say("\nAWS writes log files about five minutes after a call; the sandbox writes them now.")
        deliver()
        found = _tell_all(arrived, called, source, following)
    summary = following.result()
    _say(
        f"\n{found} of {len(called)} calls became incidents. In the lake: {counted(summary.events, 'event')} of "
        f"{counted(summary.objects, 'log file')}; {counted(summary.dead, 'dead letter')}."
    )


def _set_up(client: Client) -> _Stage:
    """What an account has that is watched: a trail, its bucket, and a queue that S3 tells of each object."""
    s3, sqs, cloudtrail = client("s3"), client("sqs"), client("cloudtrail")
    account = client("sts").get_caller_identity()["Account"]
    stage = _Stage("", _TRAIL, f"{_BUCKET}-{account}", _USER)
    logs = f"{_LOGS}-{account}"
    for name in (logs, stage.bucket):
        s3.create_bucket(Bucket=name)
    url = sqs.create_queue(QueueName=_QUEUE)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told_of = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket=logs, NotificationConfiguration=told_of)
    client("iam").create_user(UserName=_USER)
    cloudtrail.create_trail(Name=_TRAIL, S3BucketName=logs)
    cloudtrail.start_logging(Name=_TRAIL)
    return stage._replace(queue_url=url)


@contextmanager
def _following(session: Session, source: _Timed, terminal: Callable[[Notice], None]) -> Iterator[Future[Summary]]:
    """`tenfold trail follow` in a thread, which has ended when this is left."""
    stop = threading.Event()
    with pipeline(session, terminal, remote=True) as pipe, ThreadPoolExecutor(1, "follow") as pool:
        try:
            yield pool.submit(keep_taking, pipe, [source], session.clock, stop)
        finally:
            stop.set()


def _break_in(client: Client, stage: _Stage) -> dict[str, datetime]:
    """The calls; by their names in CloudTrail when each began."""
    s3, called = client("s3"), dict[str, datetime]()
    partition = Arn.parse(client("sts").get_caller_identity()["Arn"]).partition
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = {**anybody, "Resource": str(Arn(partition, "s3", "", "", f"{stage.bucket}/*"))}
    s3.delete_public_access_block(Bucket=stage.bucket)
    _say(f"  s3.delete_public_access_block(Bucket={stage.bucket!r})")
    called["PutBucketPolicy"] = _now()
    s3.put_bucket_policy(Bucket=stage.bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    _say(f"  s3.put_bucket_policy(Bucket={stage.bucket!r}, Policy=...)   # {json.dumps(anybody)}")
    called["CreateAccessKey"] = _now()
    client("iam").create_access_key(UserName=stage.user)
    _say(f"  iam.create_access_key(UserName={stage.user!r})")
    called["StopLogging"] = _now()
    client("cloudtrail").stop_logging(Name=stage.trail)
    _say(f"  cloudtrail.stop_logging(Name={stage.trail!r})")
    return called


def _tell_all(
    arrived: "queue.SimpleQueue[Notice]", called: dict[str, datetime], source: _Timed, following: Future[Summary]
) -> int:
    """Tell of incidents until each call has one, the follow ends or patience does; how many calls have one."""
    missing, until = {*called}, time.monotonic() + _PATIENCE
    while missing and not following.done() and time.monotonic() < until:
        try:
            notice = arrived.get(timeout=_LOOK)
        except queue.Empty:
            continue
        _say("\n" + "\n  ".join(map(printable, told(notice))))
        event, key = _event_of(notice)
        if event in called and key in source.came:
            _say(f"  {_latency(called[event], source.came[key], _now())}")
        missing.discard(event)
    if missing:
        _say(f"\nNo incident came within {_PATIENCE:.0f} s for: {', '.join(sorted(missing))}.")
    return len(called) - len(missing)


def _event_of(notice: Notice) -> tuple[str, str]:
    """The name of the newest event in a notice, and the key of its log file."""
    seen = {piece.source: piece.seen for piece in notice.evidence}
    return notice.evidence[0].seen["eventName"], seen["origin"]["key"]


def _latency(called: datetime, came: datetime, shown: datetime) -> str:
    whole, aws, ours = (
        (end - start).total_seconds() for start, end in ((called, shown), (called, came), (came, shown))
    )
    return (
        f"{whole:.1f} s after the call: {aws:.1f} s until S3's notice came (AWS's part), {ours:.1f} s from there (ours)"
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
