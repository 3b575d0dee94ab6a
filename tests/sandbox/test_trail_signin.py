"""Signing in to the console, and what is done there."""

import json
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, MEMBER, Queue, trail

from tenfold.sandbox.server import Sandbox

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def sign_in(sandbox: Sandbox, **facts: Any) -> Any:
    return aws.control(sandbox, "signin", {"account": ACCOUNT} | facts)


def test_a_user_with_a_device(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    user = iam.create_user(UserName="ada")["User"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ada")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="ada", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="234567"
    )
    answer = sign_in(sandbox, user="ada", address="192.0.2.7", agent=BROWSER)
    check, login = aws.records(sandbox)[-2:]
    assert answer["records"] == [check, login]
    who = {"type": "IAMUser", "principalId": user["UserId"], "accountId": ACCOUNT}
    assert check["userIdentity"] == who | {"accessKeyId": "", "userName": "ada"}
    assert check["responseElements"] == {"CheckMfa": "Success"}
    del login["eventID"], login["eventTime"]
    assert login == {
        "eventVersion": "1.11",
        "userIdentity": who | {"arn": user["Arn"], "userName": "ada"},
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": BROWSER,
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {
            "LoginTo": "https://console.aws.amazon.com/console/home",
            "MobileVersion": "No",
            "MFAIdentifier": device,
            "MFAUsed": "Yes",
        },
        "readOnly": False,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "signin.aws.amazon.com",
        },
    }
    assert iam.get_user(UserName="ada")["User"]["PasswordLastUsed"]


@pytest.mark.parametrize(
    ("name", "identity", "message"),
    [
        ("ada", {"userName": "ada"}, "Failed authentication"),
        ("hunter2", {"userName": HIDDEN}, "No username found in supplied account"),
    ],
)
def test_a_failure_and_a_name_that_nobody_has(
    sandbox: Sandbox, name: str, identity: dict[str, str], message: str
) -> None:
    aws.client(sandbox, "iam").create_user(UserName="ada")
    answer = sign_in(sandbox, user=name, success=False)
    assert "credentials" not in answer
    record = aws.records(sandbox)[-1]
    assert record["errorMessage"] == message
    assert record["responseElements"] == {"ConsoleLogin": "Failure"}
    assert record["userIdentity"].items() >= identity.items()
    assert "arn" not in record["userIdentity"]
    assert "hunter2" not in json.dumps(record)


def test_nobody_cannot_succeed(sandbox: Sandbox) -> None:
    before = len(aws.records(sandbox))
    assert sign_in(sandbox, user="nobody")[0] == 400
    assert len(aws.records(sandbox)) == before


def test_root_is_at_home_whatever_the_region(sandbox: Sandbox) -> None:
    aws.control(sandbox, "root", {"account": ACCOUNT, "mfa": True})
    check, login = sign_in(sandbox, root=True, region="eu-west-1")["records"]
    assert (check["eventName"], login["awsRegion"]) == ("CheckMfa", "us-east-1")
    arn = f"arn:aws:iam::{ACCOUNT}:root"
    root = {"type": "Root", "principalId": ACCOUNT, "arn": arn, "accountId": ACCOUNT, "accessKeyId": ""}
    assert login["userIdentity"] == root
    assert login["additionalEventData"]["MFAUsed"] == "Yes"


def test_a_role_and_a_region(sandbox: Sandbox) -> None:
    role = aws.role(sandbox, "Support", {"AWS": "*"})
    (login,) = sign_in(sandbox, role="Support", session="eve", region="eu-west-1")["records"]
    assert login["userIdentity"]["principalId"] == f"{role['RoleId']}:eve"
    assert login["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == role["Arn"]
    assert login["awsRegion"] == "eu-west-1"
    assert login["tlsDetails"]["clientProvidedHostHeader"] == "eu-west-1.signin.aws.amazon.com"


def test_it_is_delivered_found_and_told_of(sandbox: Sandbox) -> None:
    keys = aws.session(sandbox, MEMBER)
    queue, cloudtrail = Queue(sandbox, keys), trail(sandbox, keys)
    events = aws.client(sandbox, "events", keys)
    events.put_rule(Name="in", EventPattern=json.dumps({"detail-type": ["AWS Console Sign In via CloudTrail"]}))
    events.put_targets(Rule="in", Targets=[{"Id": "1", "Arn": queue.arn}])
    (login,) = sign_in(sandbox, account=MEMBER, root=True)["records"]
    (event,) = queue.told()
    assert (event["source"], event["account"], event["detail"]) == ("aws.signin", MEMBER, login)
    (found,) = cloudtrail.lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ConsoleLogin"}]
    )["Events"]
    assert json.loads(found["CloudTrailEvent"]) == login
    assert aws.control(sandbox, "deliver") == {"files": 1}


def test_calls_of_the_session_are_marked(sandbox: Sandbox) -> None:
    aws.client(sandbox, "iam").create_user(UserName="ada")
    answer = sign_in(sandbox, user="ada", mfa=True)
    aws.client(sandbox, "ec2", answer["credentials"]).describe_vpcs()
    record = aws.last_record(sandbox, "DescribeVpcs")
    assert record["sessionCredentialFromConsole"] == "true"
    identity = record["userIdentity"]
    assert (identity["userName"], identity["accessKeyId"][:4]) == ("ada", "ASIA")
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "true"
    aws.client(sandbox, "ec2").describe_subnets()
    assert "sessionCredentialFromConsole" not in aws.last_record(sandbox, "DescribeSubnets")


def test_a_header_marks_a_call_too(sandbox: Sandbox) -> None:
    s3 = aws.client(sandbox, "s3")
    marks = {"X-Sandbox-Console": "true", "X-Forwarded-For": "192.0.2.9", "User-Agent": BROWSER}
    s3.meta.events.register("before-send.s3", lambda request, **_: request.headers.update(marks))
    s3.create_bucket(Bucket="data")
    record = aws.last_record(sandbox, "CreateBucket")
    assert record["sessionCredentialFromConsole"] == "true"
    assert (record["userAgent"], record["sourceIPAddress"]) == (f"[{BROWSER}]", "192.0.2.9")
    assert "x-sandbox-console" not in json.dumps(record).lower()
