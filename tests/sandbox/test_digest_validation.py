"""`aws cloudtrail validate-logs` finds a clean chain valid, and names what was done to a damaged one."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from tests.sandbox import aws
from tests.sandbox.aws_cli import validate_logs
from tests.sandbox.digest_reading import ACCOUNT, BUCKET, HOUR, START, leap, still_sandbox, trail

from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.trails.keys import KeyRing

HOURS = 48
CALLS = {"us-east-1": 1, "eu-west-1": 2, "ap-southeast-2": 12}
"""In these regions, a call in every one of so many hours."""
PERIOD = START, START + (HOURS - 1) * HOUR  # the command takes in an hour more


class Objects:
    """The objects of the log bucket."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._s3 = aws.client(sandbox, "s3")

    def digests(self, region: str = "us-east-1") -> list[str]:
        """The keys of a region's digests, the oldest first."""
        found = self._s3.list_objects_v2(Bucket=BUCKET, Prefix=f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{region}/")
        return [entry["Key"] for entry in found["Contents"]]

    def get(self, key: str) -> tuple[bytes, dict[str, str]]:
        found = self._s3.get_object(Bucket=BUCKET, Key=key)
        return found["Body"].read(), found["Metadata"]

    def put(self, key: str, body: bytes, metadata: dict[str, str]) -> None:
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=metadata)

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=BUCKET, Key=key)


class Place(NamedTuple):
    """Where a damage is done: a digest, the one before it, the same hour's of another region, and a log that it names."""

    objects: Objects
    digest: str
    before: str
    elsewhere: str
    log: str

    def change(self, key: str, body: Callable[[bytes], bytes]) -> None:
        content, metadata = self.objects.get(key)
        self.objects.put(key, body(content), metadata)

    def rewrite(self, **fields: Any) -> None:
        """Change fields of the digest, and leave its signature as it was; None takes a field away."""
        old = json.loads(gzip.decompress(self.objects.get(self.digest)[0])) | fields
        new = {name: value for name, value in old.items() if value is not None}
        self.change(self.digest, lambda _: gzip.compress(json.dumps(new).encode()))

    def describe(self, **metadata: str) -> None:
        """Change metadata of the digest; an empty value takes an entry away."""
        content, old = self.objects.get(self.digest)
        entries = {name.replace("_", "-"): value for name, value in metadata.items()}
        self.objects.put(self.digest, content, {name: value for name, value in (old | entries).items() if value})

    def move(self, key: str, to: str) -> None:
        self.objects.put(to, *self.objects.get(key))
        self.objects.delete(key)


def other_records(content: bytes) -> bytes:
    log = json.loads(gzip.decompress(content))
    log["Records"][0]["sourceIPAddress"] = "192.0.2.1"
    return gzip.compress(json.dumps(log).encode())


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def forge(at: Place) -> None:
    """Leave the log out of the digest and sign it again, properly but with another key."""
    at.rewrite(logFiles=[])
    content = gzip.decompress(at.objects.get(at.digest)[0])
    said, hashed = json.loads(content), hashlib.sha256(content).hexdigest()
    text = f"{said['digestEndTime']}\n{BUCKET}/{at.digest}\n{hashed}\n{said['previousDigestSignature']}"
    at.describe(signature=KeyRing(666, START).at("us-east-1", START).sign(text))


def delete_two(at: Place) -> None:
    """The command names the later one alone (aws/aws-cli#7054)."""
    at.objects.delete(at.before)
    at.objects.delete(at.digest)


LOG, DIGEST = f"Log file\ts3://{BUCKET}/{{log}}\tINVALID: ", f"Digest file\ts3://{BUCKET}/{{digest}}\tINVALID: "
CHANGED, NO_LOG, NO_DIGEST = LOG + "hash value doesn't match", LOG + "invalid format", DIGEST + "invalid format"
UNSIGNED, MOVED = DIGEST + "signature verification failed", DIGEST + "has been moved from its original location"
NO_KEY = DIGEST + "public key not found in region us-east-1 for fingerprint " + "0" * 32
NO_RECORDS = gzip.compress(b'{"Records":[]}')
DAMAGES: dict[str, tuple[Callable[[Place], None], str]] = {
    "two digests deleted": (delete_two, DIGEST + "not found"),
    "log altered": (lambda at: at.change(at.log, other_records), CHANGED),
    "log emptied": (lambda at: at.change(at.log, lambda _: NO_RECORDS), CHANGED),
    "log cut short": (lambda at: at.change(at.log, half), CHANGED),
    "log is garbage": (lambda at: at.change(at.log, lambda _: b"garbage"), NO_LOG),
    "log goes on after its end": (
        lambda at: at.change(at.log, lambda old: old + NO_RECORDS),
        LOG + "unexpected data after end of compressed stream",
    ),
    "log deleted": (lambda at: at.objects.delete(at.log), LOG + "not found"),
    "log moved": (lambda at: at.move(at.log, at.log.replace(".json", "x.json")), LOG + "not found"),
    "digest leaves a log out": (lambda at: at.rewrite(logFiles=[]), UNSIGNED),
    "digest leaves a log out, signed again": (forge, UNSIGNED),
    "digest lacks a field": (lambda at: at.rewrite(digestEndTime=None), NO_DIGEST),
    "digest is not JSON": (lambda at: at.change(at.digest, lambda _: gzip.compress(b"no")), NO_DIGEST),
    "digest cut short": (lambda at: at.change(at.digest, half), NO_DIGEST),
    "digest deleted": (lambda at: at.objects.delete(at.digest), DIGEST + "not found"),
    "digest moved": (lambda at: at.move(at.digest, at.digest.replace("_main_", "_other_")), DIGEST + "not found"),
    "digest of another hour in its place": (lambda at: at.objects.put(at.digest, *at.objects.get(at.before)), MOVED),
    "digest of another region in its place": (
        lambda at: at.objects.put(at.digest, *at.objects.get(at.elsewhere)),
        MOVED,
    ),
    "previous signature altered": (lambda at: at.rewrite(previousDigestSignature="00"), UNSIGNED),
    "signature altered": (lambda at: at.describe(signature="00" * 256), UNSIGNED),
    "signature gone": (lambda at: at.describe(signature=""), UNSIGNED),
    "signature algorithm gone": (lambda at: at.describe(signature_algorithm=""), UNSIGNED),
    "unknown key": (lambda at: at.rewrite(digestPublicKeyFingerprint="0" * 32), NO_KEY),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Two days of a trail of all regions, with calls in three of them."""
    with still_sandbox() as running:
        trail(running, IsMultiRegionTrail=True)
        clients = {region: aws.client(running, "ec2", region=region) for region in CALLS}
        for hour in range(HOURS):
            for region, client in clients.items():
                if hour % CALLS[region] == 0:
                    client.describe_vpcs()
            leap(running, HOUR)
        leap(running, HOUR)
        yield running


@pytest.fixture(scope="module")
def clean(sandbox: Sandbox) -> dict[str, tuple[int, str]]:
    """What the command says of each region before any damage is done."""
    return {region: validate_logs(sandbox, *PERIOD, region) for region in CALLS}


@pytest.fixture(scope="module")
def places(sandbox: Sandbox, clean: object) -> dict[str, Place]:  # noqa: ARG001 - first the clean chain, then the damages
    """Where each damage was done: each in an hour of its own, with a sound one between."""
    objects = Objects(sandbox)
    home, elsewhere = objects.digests(), objects.digests("eu-west-1")
    found = {}
    for hour, (name, (do, _)) in zip(range(2, HOURS - 1, 2), DAMAGES.items(), strict=False):
        log = json.loads(gzip.decompress(objects.get(home[hour])[0]))["logFiles"][0]["s3Object"]
        found[name] = Place(objects, home[hour], home[hour - 1], elsewhere[hour], log)
        do(found[name])
    return found


@pytest.fixture(scope="module")
def damaged(sandbox: Sandbox, places: object) -> tuple[int, list[str]]:  # noqa: ARG001 - after the damages
    """The exit code, and the lines in which the command names a fault."""
    code, said = validate_logs(sandbox, *PERIOD)
    return code, [line for line in said.splitlines() if "\tINVALID" in line]


@pytest.mark.parametrize("region", CALLS)
def test_a_clean_chain_is_valid(clean: dict[str, tuple[int, str]], region: str) -> None:
    code, said = clean[region]
    logs = HOURS // CALLS[region]
    assert f"{HOURS}/{HOURS} digest files valid\n{logs}/{logs} log files valid" in said
    assert (code, "INVALID" in said, "No log files were delivered" in said) == (0, False, False)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_named(damaged: tuple[int, list[str]], places: dict[str, Place], name: str) -> None:
    says = DAMAGES[name][1].format(log=places[name].log, digest=places[name].digest)
    assert says in damaged[1]


def test_nothing_else_is_named(damaged: tuple[int, list[str]]) -> None:
    code, faults = damaged
    assert (code, len(faults)) == (1, len(DAMAGES))
