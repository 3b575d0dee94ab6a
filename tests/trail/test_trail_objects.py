"""What S3 answers to the reading of one object, and whether it is about that object or about us."""

from collections.abc import Sequence

import pytest
from tests.trail.cloud import Cloud, connection
from tests.trail.make import Home, document, record
from tests.wire import Reply, Wire, connect, query_error, s3_error

from tenfold.model.errors import AccessError, ConfigError, EndpointError
from tenfold.store.ledger import DeadLetter
from tenfold.trail.limits import Limits
from tenfold.trail.objects import Fetched, Objects
from tenfold.trail.source import Listed, Named

HEAD = Reply("^HEAD /logs", headers={"x-amz-bucket-region": "eu-central-1"})
HEADERS = {"ETag": '"e"', "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}
GOOD = Reply("^GET /logs/a.json", headers=HEADERS, body={"Records": [record(1)]})


def letter(*script: Reply, key: str = "a.json") -> DeadLetter:
    with Wire([*script, HEAD]) as wire:
        found = Objects(connect(wire.url)).fetch(Named("logs", key, "e"))
    assert isinstance(found, DeadLetter)
    return found


@pytest.mark.parametrize("key", ["a.json", "p//a.json"])
@pytest.mark.parametrize(
    ("status", "code", "kind", "reason"),
    [
        (403, "AccessDenied", "denied", "access denied: "),
        (404, "NoSuchKey", "vanished", "the object is not there any more"),
        (404, "NoSuchBucket", "vanished", "the object is not there any more"),
    ],
)
def test_this_object_alone(key: str, status: int, code: str, kind: str, reason: str) -> None:
    found = letter(s3_error("^GET /logs", status, code, "no"), key=key)
    assert (found.kind, found.bucket, found.key) == (kind, "logs", key)
    assert found.reason.startswith(reason)
    assert found.next


def test_refused_for_another_reason() -> None:
    found = letter(s3_error("^GET /logs", 400, "KMS.DisabledException", "the key is disabled"))
    assert (found.kind, found.reason) == ("denied", "access denied: KMS.DisabledException")


def test_larger_than_any_log_file() -> None:
    with Wire([GOOD, HEAD]) as wire:
        found = Objects(connect(wire.url), Limits(stored=10)).fetch(Named("logs", "a.json"))
    assert isinstance(found, DeadLetter)
    assert "MiB stored" in found.reason


@pytest.mark.parametrize(
    "reply",
    [
        s3_error("^GET /logs", 400, "ExpiredToken", "The provided token has expired."),
        s3_error("^GET /logs", 403, "InvalidAccessKeyId", "no"),
        s3_error("^GET /logs", 401, "Unauthorized", "no"),
    ],
)
def test_credentials_that_do_not_count(reply: Reply) -> None:
    with Wire([reply, HEAD]) as wire, pytest.raises(AccessError, match="does not take our credentials"):
        Objects(connect(wire.url)).fetch(Named("logs", "a.json"))


def test_endpoint_that_went_away() -> None:
    with Wire([HEAD, s3_error("^GET /logs/b.json", 404, "NoSuchKey")]) as wire:
        objects = Objects(connect(wire.url))
        objects.fetch(Named("logs", "b.json"))
    with pytest.raises(EndpointError, match="S3 does not answer"):
        objects.fetch(Named("logs", "a.json"))


def test_server_error_is_tried_again() -> None:
    with Wire([s3_error("^GET /logs", 503, "SlowDown", times=2), GOOD, HEAD]) as wire:
        found = Objects(connect(wire.url)).fetch(Named("logs", "a.json"))
        assert isinstance(found, Fetched)
        assert found.etag == "e"
        (last,) = {request.headers["authorization"].split("/")[2] for request in wire.asked("^GET /logs")}
        assert last == "eu-central-1"


def test_region_that_may_not_be_asked() -> None:
    neither = [s3_error(r"^GET /logs\?location", 403, "AccessDenied"), query_error("^HEAD /logs", 403, "AccessDenied")]
    with Wire([*neither, GOOD]) as wire:
        assert isinstance(Objects(connect(wire.url)).fetch(Named("logs", "a.json")), Fetched)
        assert "/eu-west-1/s3/" in wire.asked("^GET /logs/a")[0].headers["authorization"]


@pytest.mark.parametrize(
    ("constraint", "region"), [("eu-central-1", "eu-central-1"), ("", "us-east-1"), ("EU", "eu-west-1")]
)
def test_bucket_of_another_region_is_found_by_its_location(constraint: str, region: str) -> None:
    """HeadBucket is redirected there, and redirects are not followed."""
    moved = query_error("^HEAD /logs", 301, "PermanentRedirect")
    body = f'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{constraint}</LocationConstraint>'
    with Wire([Reply(r"^GET /logs\?location", body=body), moved, GOOD]) as wire:
        assert isinstance(Objects(connect(wire.url)).fetch(Named("logs", "a.json")), Fetched)
        assert "/us-east-1/s3/" in wire.asked(r"^GET /logs\?location")[0].headers["authorization"]
        assert f"/{region}/s3/" in wire.asked("^GET /logs/a")[0].headers["authorization"]


def test_bucket_without_a_connection() -> None:
    with pytest.raises(ConfigError, match="without a connection to AWS"):
        Objects().fetch(Named("logs", "a.json"))


def test_denied_key_does_not_stop_the_others_and_is_tried_again(home: Home) -> None:
    denied = s3_error("^GET /logs/no.json", 403, "AccessDenied", times=1)
    allowed = Reply("^GET /logs/no.json", headers=HEADERS, body={"Records": [record(2)]})
    with Wire([denied, allowed, GOOD, HEAD]) as wire:
        ingest = home.ingest(objects=Objects(connect(wire.url)))
        ingest.take(Listed([Named("logs", "no.json", "f"), Named("logs", "a.json", "e")]))
        assert (ingest.summary.added, home.reasons()) == (1, {"denied": "access denied: AccessDenied"})
        home.clock.wait(60)
        (due,) = home.ledger.letters(due=True)
        ingest.take(Listed([Named(due.bucket, due.key)]), again=True)
    assert (ingest.summary.added, home.reasons()) == (2, {})


KEYS: Sequence[str] = [
    "p//a.json",
    "/a.json",
    "p/./a.json",
    "é/ü.json",
    "a#b?c.json",
    "a%20b.json",
    "a+b c.json",
    "a*\\b.json",
]


def test_keys_that_are_hard_to_name(moto: str) -> None:
    cloud = Cloud(moto)
    for key in KEYS:
        cloud.put(key, document(key))
    objects = Objects(connection(moto))
    fetched = [objects.fetch(Named(cloud.bucket, key)) for key in KEYS]
    assert [found.data for found in fetched if isinstance(found, Fetched)] == [document(key) for key in KEYS]
