"""What AWS's habits do to a scan: it takes longer, it may leave things unknown, and it never says that a fault is none."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.sandbox import aws
from tests.sandbox.weather_signs import ACCOUNT, ADMIN, TRUST, bucket, policy

from tenfold.aws.connection import Connection
from tenfold.aws.settings import AwsSettings
from tenfold.checks.registry import all_checks
from tenfold.model.clock import SystemClock
from tenfold.model.finding import Status
from tenfold.model.run import Report
from tenfold.sandbox.server import Sandbox
from tenfold.scan.accounts import PartySettings, targets
from tenfold.scan.run import scan
from tenfold.store.store import Store

REGIONS = ("us-east-1", "eu-west-1", "me-central-1")  # the last one is closed to the account
SCALE = 60  # waiting for throttling to pass takes no time of ours
Answers = set[tuple[str, str]]
"""(check id, ARN)"""


@pytest.fixture(scope="module")
def faulty() -> Iterator[Sandbox]:
    """An account with faults and, beside each, the same thing without."""
    with Sandbox(delivery_seconds=3600) as sandbox:
        for number in range(6):
            region, name = REGIONS[number % 2], f"bucket-{number}"
            s3 = bucket(sandbox, name, region)
            if number < 4:
                s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(BLOCKS, False))
                s3.put_bucket_policy(Bucket=name, Policy=policy(name))
        _users(sandbox)
        _network(sandbox)
        yield sandbox


BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def _users(sandbox: Sandbox) -> None:
    iam, old = aws.client(sandbox, "iam"), (SystemClock().now() - timedelta(days=400)).isoformat()
    for number in range(6):
        name = f"user-{number}"
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
        if number % 2:
            iam.create_login_profile(UserName=name, Password="a-Long-Passw0rd")
            iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=ADMIN)
            aws.control(sandbox, "date", {"kind": "access_key", "account": ACCOUNT, "id": key, "at": old})
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=TRUST)


def _network(sandbox: Sandbox) -> None:
    for region in REGIONS[:2]:
        ec2 = aws.client(sandbox, "ec2", region=region)
        for name, cidr in (("open", "0.0.0.0/0"), ("closed", "10.0.0.0/8")):
            group = ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
            ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp=cidr)


def _scanned(sandbox: Sandbox, state: Path, patience: float) -> Report:
    clock = SystemClock(SCALE)
    settings = AwsSettings(
        region="us-east-1", regions=REGIONS, endpoint_url=sandbox.endpoint, patience=patience, role=None
    )
    connection = Connection(settings, clock, keys=("testing", "testing", None))
    with Store.open(state / "state.sqlite", clock) as store:
        return scan(connection, store, targets(connection, (), PartySettings()), all_checks())


def _answers(report: Report, status: Status) -> Answers:
    return {(finding.check, finding.arn) for finding in report.findings if finding.status is status}


def _unknown_by_list(report: Report) -> set[str]:
    return {finding.check for finding in report.findings if finding.gap and "list of" in finding.key}


def test_full_weather_contradicts_no_answer_of_a_calm_day(faulty: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    truth = _answers(_scanned(faulty, tmp_path / "calm", patience=60), Status.OPEN)
    assert len({check for check, _ in truth}) > 5
    unknown: Answers = set()
    for patience in (0, 60):
        (folder := tmp_path / str(patience)).mkdir()
        aws.control(faulty, "weather", {"habits": ["aws"]})
        try:
            report = _scanned(faulty, folder, patience)
        finally:
            aws.control(faulty, "weather", {"habits": []})
        found, left = _answers(report, Status.OPEN), _answers(report, Status.UNKNOWN)
        assert found <= truth
        lists = _unknown_by_list(report)
        assert not {(check, arn) for check, arn in truth - found - left if check not in lists}
        unknown |= left
    assert unknown, "nothing was refused to the scan without patience"
