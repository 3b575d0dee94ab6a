"""`tenfold demo`: the main job from end to end, on the embedded sandbox."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import boto3

from tenfold.aws.credentials import Keys
from tenfold.aws.settings import AwsSettings
from tenfold.buckets.exposure import exposure_of, find
from tenfold.cli.bucket import explanation
from tenfold.cli.config import Config
from tenfold.cli.output import write
from tenfold.cli.scan import scanned
from tenfold.cli.session import Session
from tenfold.model.arn import Arn
from tenfold.model.errors import EndpointError
from tenfold.model.run import Report
from tenfold.reports.registry import find as find_report
from tenfold.reports.terminal.changes import changes
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import heading
from tenfold.scan.accounts import PartySettings

_REGION = "us-east-1"
_SECONDS = 30


class _Entry(NamedTuple):
    """One account's session, by the endpoint that it is good for."""

    endpoint: str
    keys: Keys


def run(seed: int, *, keep: bool = False) -> None:
    """Plant, scan, explain, open a bucket, scan again, show what changed; then break in while the trail is followed."""
    with _sandbox(seed) as announced, tempfile.TemporaryDirectory(prefix="tenfold-demo-") as state:
        endpoint, truth = announced["endpoint"], announced["truth"]
        _say(f"An AWS of its own listens at {endpoint}: {_company(truth)}.")
        entry = truth["entry"]
        keys = (entry["access_key_id"], entry["secret_access_key"], None)
        session = Session(_config(endpoint, truth), Path(state), keys)
        _step(1, "Scan the organisation")
        _report(scanned(session))
        _step(2, "Explain one bucket")
        _explain(session, truth["open_bucket_example"]["bucket"])
        bucket = truth["harmless_bucket"]
        _step(3, f"Open another bucket, {bucket['bucket']}, with an ordinary boto3 client")
        _open(_entered(endpoint, truth, bucket["account"], "demo"), bucket["bucket"])
        _step(4, "Scan again: what changed")
        print_to_terminal(changes(scanned(session)))
        _say("")
        _explain(session, bucket["bucket"])
        _step(5, f"An intruder's minute in account {bucket['account']}, while its trail is followed")
        _intruder(_entered(endpoint, truth, bucket["account"], "intruder"), Path(state))
        _step(6, "Your own account")
        _next()
        if keep:
            _keep(endpoint, truth)


@contextmanager
def _sandbox(seed: int) -> Iterator[Any]:
    """A sandbox in a process of its own, with the company of the seed; it ends with us."""
    command = [sys.executable, "-m", "tenfold.cli.main", "sandbox", "--announce", "--seed", str(seed)]
    _say(f"Starting the sandbox and planting the company of seed {seed} ...")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program, no shell
    try:
        said = process.stdout.readline() if process.stdout else ""
        if not said:
            raise EndpointError("the sandbox did not start", next="Its own message stands above")
        yield json.loads(said)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _config(endpoint: str, truth: Any) -> Config:
    entry, parties = truth["entry"], truth["parties"]
    return Config(
        aws=AwsSettings(
            region=_REGION,
            endpoint_url=endpoint,
            role=entry["role_name"],
        ),
        parties=PartySettings(
            friendly=dict.fromkeys(parties["friendly"], ""), third_party=dict.fromkeys(parties["third_party"], "")
        ),
    )


def _company(truth: Any) -> str:
    accounts = ", ".join(f"{account['role']} {account['id']}" for account in truth["accounts"])
    return f"{truth['company']}, with the accounts {accounts}"


def _report(report: Report) -> None:
    write(None, partial(find_report("text"), report))


def _explain(session: Session, name: str) -> None:
    with session.store() as store:
        snapshot = store.latest_snapshot()
    if snapshot is not None:
        print_to_terminal([explanation(exposure_of(find(snapshot, name), snapshot), snapshot)])


def _open(entry: _Entry, bucket: str) -> None:
    """What anybody with the rights could do by mistake."""
    s3, partition = _client(entry, "s3"), boto3.Session().get_partition_for_region(_REGION)
    statement = {
        "Sid": "QuickFix",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:{partition}:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    _say(f"  s3.delete_public_access_block(Bucket={bucket!r})")
    _say(f"  s3.put_bucket_policy(Bucket={bucket!r}, Policy=...)   # {json.dumps(statement)}")


def _intruder(entry: _Entry, state: Path) -> None:
    """Somebody gets in, while `trail follow` runs."""
    from tenfold.cli.intruder import play  # noqa: PLC0415 - the lake takes two seconds to import

    deliver = urllib.request.Request(f"{entry.endpoint}/_sandbox/deliver", method="POST")  # noqa: S310 - our sandbox
    with_no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    play(
        Session(Config(aws=AwsSettings(region=_REGION, endpoint_url=entry.endpoint)), state, entry.keys),
        partial(_client, entry),
        lambda: with_no_proxy.open(deliver, timeout=_SECONDS).close(),
    )


def _entered(endpoint: str, truth: Any, account: str, name: str) -> _Entry:
    """Into an account by its role, as a session of that name."""
    entry = truth["entry"]
    keys = (entry["access_key_id"], entry["secret_access_key"], None)
    partition = boto3.Session().get_partition_for_region(_REGION)
    role = str(Arn(partition, "iam", "", account, f"role/{entry['role_name']}"))
    sts = _client(_Entry(endpoint, keys), "sts")
    found = sts.assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
    return _Entry(endpoint, (found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]))


def _client(entry: _Entry, service: str) -> Any:
    key, secret, token = entry.keys
    return boto3.client(
        service,
        region_name=_REGION,
        endpoint_url=entry.endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
    )


_NEXT = """
  {program} doctor --policy > tenfold-policy.json    the policy that a scan needs: reads only
  {program} doctor --profile YOUR_PROFILE            what can be reached, what is missing
  {program} scan --profile YOUR_PROFILE              one account
  {program} scan --profile YOUR_PROFILE --role NAME  the organisation, by the role NAME in each account
  {program} bucket explain BUCKET                    who can reach it, and by which statement
  {program} trail follow https://sqs...              your trail's log files, by a queue of S3's notices
"""


def _next() -> None:
    """How to do the same with a real account."""
    called = Path(sys.argv[0])
    _say(_NEXT.format(program=os.path.relpath(called) if called.name == "tenfold" else "tenfold").strip("\n"))


def _keep(endpoint: str, truth: Any) -> None:
    entry = truth["entry"]
    _say(
        f"\nThe sandbox goes on until Ctrl-C:\n  export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION={_REGION} "
        f"AWS_ACCESS_KEY_ID={entry['access_key_id']} AWS_SECRET_ACCESS_KEY={entry['secret_access_key']}"
    )
    while True:
        time.sleep(1)


def print_to_terminal(parts: Any) -> None:
    """Print what Rich renders to standard output."""
    write(None, lambda out: show(parts, out))


def _step(number: int, title: str) -> None:
    print_to_terminal([heading(f"{number}. {title}")])


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
