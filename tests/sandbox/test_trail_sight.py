"""Which trails an account sees and may change: its own, shadows of other regions, those of its organization."""

import gzip
import json
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, BUCKET, MEMBER, organization, trail

from tenfold.sandbox.server import Sandbox

ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("update_trail", "Name", {"S3KeyPrefix": "x"}),
    ("stop_logging", "Name", {}),
    ("start_logging", "Name", {}),
    ("delete_trail", "Name", {}),
    ("put_event_selectors", "TrailName", {"EventSelectors": [{"ReadWriteType": "All"}]}),
    ("put_insight_selectors", "TrailName", {"InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}),
]


def arns(cloudtrail: Any, **asked: Any) -> list[str]:
    return [found["TrailARN"] for found in cloudtrail.describe_trails(**asked)["trailList"]]


def test_shadow_in_another_region_is_read_by_its_arn_and_changed_at_home(sandbox: Sandbox) -> None:
    trail(sandbox, IsMultiRegionTrail=True)
    away = aws.client(sandbox, "cloudtrail", region="eu-west-1")
    assert (arns(away), arns(away, includeShadowTrails=False)) == ([ARN], [])
    assert away.get_trail(Name=ARN)["Trail"]["HomeRegion"] == "us-east-1"
    assert away.get_trail_status(Name=ARN)["IsLogging"]
    assert away.get_event_selectors(TrailName=ARN)["TrailARN"] == ARN
    assert aws.refusal(away.get_trail_status, Name="main")[0] == "TrailNotFoundException"
    for name, parameter, more in CHANGES:
        assert aws.refusal(getattr(away, name), **{parameter: ARN}, **more)[0] == "InvalidHomeRegionException", name
    assert aws.client(sandbox, "cloudtrail").get_trail_status(Name="main")["IsLogging"]


def test_trail_of_one_region_is_seen_there_alone_and_listed_everywhere(sandbox: Sandbox) -> None:
    trail(sandbox)
    away = aws.client(sandbox, "cloudtrail", region="eu-west-1")
    assert arns(away) == []
    assert aws.refusal(away.get_trail, Name=ARN)[0] == "TrailNotFoundException"
    assert away.list_trails()["Trails"] == [{"Name": "main", "TrailARN": ARN, "HomeRegion": "us-east-1"}]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_member_sees_the_trail_of_the_organization_and_changes_nothing(sandbox: Sandbox, region: str) -> None:
    _, member = organization(sandbox)
    trail(sandbox, IsOrganizationTrail=True, IsMultiRegionTrail=True)
    theirs = aws.client(sandbox, "cloudtrail", aws.session(sandbox, member), region)
    assert (arns(theirs), arns(theirs, includeShadowTrails=False)) == ([ARN], [])
    assert [found["TrailARN"] for found in theirs.list_trails()["Trails"]] == [ARN]
    assert theirs.get_trail(Name=ARN)["Trail"]["IsOrganizationTrail"]
    assert theirs.get_trail_status(Name=ARN)["IsLogging"]
    for name, parameter, more in CHANGES:
        code, _text = aws.refusal(getattr(theirs, name), **{parameter: ARN}, **more)
        assert code == "NotOrganizationMasterAccountException", name


def test_stranger_and_trail_of_one_account_are_apart(sandbox: Sandbox) -> None:
    _, member = organization(sandbox)
    trail(sandbox, IsMultiRegionTrail=True)
    for account in (member, MEMBER):
        theirs = aws.client(sandbox, "cloudtrail", aws.session(sandbox, account))
        assert arns(theirs) == []
        assert aws.refusal(theirs.stop_logging, Name=ARN)[0] == "TrailNotFoundException"


def test_delegated_administrator_manages_trails_that_are_the_management_accounts(sandbox: Sandbox) -> None:
    _, member = organization(sandbox)
    aws.client(sandbox, "s3").create_bucket(Bucket=BUCKET)
    mine, theirs = (aws.client(sandbox, "cloudtrail", keys) for keys in (None, aws.session(sandbox, member)))
    asked = {"Name": "main", "S3BucketName": BUCKET, "IsOrganizationTrail": True}
    assert aws.refusal(theirs.create_trail, **asked)[0] == "NotOrganizationMasterAccountException"
    mine.register_organization_delegated_admin(MemberAccountId=member)
    assert theirs.create_trail(**asked)["TrailARN"] == ARN
    theirs.start_logging(Name=ARN)
    assert mine.get_trail_status(Name="main")["IsLogging"]
    listed = aws.client(sandbox, "organizations").list_delegated_administrators(
        ServicePrincipal="cloudtrail.amazonaws.com"
    )
    assert [admin["Id"] for admin in listed["DelegatedAdministrators"]] == [member]
    mine.deregister_organization_delegated_admin(DelegatedAdminAccountId=member)
    assert aws.refusal(theirs.stop_logging, Name=ARN)[0] == "NotOrganizationMasterAccountException"


def test_no_trail_of_an_organization_without_one(sandbox: Sandbox) -> None:
    aws.client(sandbox, "s3").create_bucket(Bucket=BUCKET)
    cloudtrail = aws.client(sandbox, "cloudtrail")
    asked = {"Name": "main", "S3BucketName": BUCKET, "IsOrganizationTrail": True}
    assert aws.refusal(cloudtrail.create_trail, **asked)[0] == "OrganizationsNotInUseException"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Name": "main"}, "TrailAlreadyExistsException"),
        ({"S3BucketName": "nowhere"}, "S3BucketDoesNotExistException"),
        ({"Name": "-"}, "InvalidTrailNameException"),
        ({"SnsTopicName": "nowhere"}, "InsufficientSnsTopicPolicyException"),
        (
            {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False},
            "InvalidParameterCombinationException",
        ),
        (
            {
                "CloudWatchLogsLogGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:none:*",
                "CloudWatchLogsRoleArn": "x",
            },
            "InvalidCloudWatchLogsLogGroupArnException",
        ),
    ],
)
def test_create_refuses(sandbox: Sandbox, asked: dict[str, Any], code: str) -> None:
    cloudtrail = trail(sandbox)
    assert aws.refusal(cloudtrail.create_trail, **{"Name": "other", "S3BucketName": BUCKET} | asked)[0] == code
    assert arns(cloudtrail) == [ARN]


def test_five_trails_a_region_shadows_included(sandbox: Sandbox) -> None:
    trail(sandbox, IsMultiRegionTrail=True)
    away = aws.client(sandbox, "cloudtrail", region="eu-west-1")
    for number in range(4):
        away.create_trail(Name=f"trail-{number}", S3BucketName=BUCKET)
    code, _ = aws.refusal(away.create_trail, Name="one-more", S3BucketName=BUCKET)
    assert code == "MaximumNumberOfTrailsExceededException"


def test_update_changes_what_is_named(sandbox: Sandbox) -> None:
    cloudtrail = trail(sandbox, S3KeyPrefix="old", EnableLogFileValidation=True)
    cloudtrail.update_trail(Name="main", S3KeyPrefix="", IsMultiRegionTrail=True)
    found = cloudtrail.get_trail(Name="main")["Trail"]
    assert "S3KeyPrefix" not in found
    assert (found["IsMultiRegionTrail"], found["LogFileValidationEnabled"]) == (True, True)
    assert aws.refusal(cloudtrail.update_trail, Name="main", S3BucketName="nowhere")[0] == (
        "S3BucketDoesNotExistException"
    )
    assert cloudtrail.get_trail(Name="main")["Trail"]["S3BucketName"] == BUCKET


def test_status_of_deliveries_and_of_a_bucket_that_is_gone(sandbox: Sandbox) -> None:
    cloudtrail, s3 = trail(sandbox), aws.client(sandbox, "s3")
    status = cloudtrail.get_trail_status(Name="main")
    assert (status["IsLogging"], "LatestDeliveryTime" in status) == (True, False)
    s3.delete_bucket(Bucket=BUCKET)
    aws.control(sandbox, "deliver")
    assert cloudtrail.get_trail_status(Name="main")["LatestDeliveryError"] == "NoSuchBucket"
    s3.create_bucket(Bucket=BUCKET)
    aws.control(sandbox, "deliver")
    cloudtrail.stop_logging(Name="main")
    status = cloudtrail.get_trail_status(Name="main")
    assert "LatestDeliveryError" not in status
    assert status["StartLoggingTime"] <= status["LatestDeliveryTime"] <= status["StopLoggingTime"]
    assert not status["IsLogging"]


def test_two_trails_deliver_the_same_event_twice(sandbox: Sandbox) -> None:
    trail(sandbox)
    trail(sandbox, Name="other", S3BucketName="second")
    aws.client(sandbox, "ec2").describe_vpcs()
    assert aws.control(sandbox, "deliver") == {"files": 2}
    s3, found = aws.client(sandbox, "s3"), []
    for bucket in (BUCKET, "second"):
        (entry,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
        body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        found.append([record["eventID"] for record in json.loads(gzip.decompress(body))["Records"]])
    first, second = found
    assert second == first[-1:] == [aws.last_record(sandbox, "DescribeVpcs")["eventID"]]
