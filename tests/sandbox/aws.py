"""Clients of a sandbox, as a user's code makes them."""

import json
import re
import urllib.error
import urllib.request
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import ClientError

from tenfold.sandbox.server import Sandbox

REGION = "us-east-1"


def client(
    sandbox: Sandbox, service: str, keys: dict[str, Any] | None = None, region: str = REGION, **settings: Any
) -> Any:
    """A boto3 client; `keys` are the credentials of an access key or a session as the API gives them."""
    keys = keys or {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
    made = boto3.client(
        service,
        region_name=region,
        endpoint_url=sandbox.endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, **settings),
    )
    made.meta.events.register("before-send.s3-control", _without_account_in_host)
    return made


def anonymous(sandbox: Sandbox, service: str) -> Any:
    """A boto3 client that signs nothing."""
    return client(sandbox, service, signature_version=UNSIGNED)


def session(
    sandbox: Sandbox, account: str, role: str = "Admin", name: str = "tester", keys: dict[str, Any] | None = None
) -> Any:
    """Credentials of a role's session in an account."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    return client(sandbox, "sts", keys).assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]


def role(
    sandbox: Sandbox, name: str, principal: Any, keys: dict[str, Any] | None = None, **statement: Any
) -> dict[str, Any]:
    """A role whose trust policy is one statement; an action or a condition may be given."""
    row = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | statement
    trust = json.dumps({"Version": "2012-10-17", "Statement": [row]})
    made: dict[str, Any] = client(sandbox, "iam", keys).create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    return made["Role"]  # type: ignore[no-any-return]  # boto3 is untyped


def refusal(call: Any, **parameters: Any) -> tuple[str, str]:
    """Code and text of the error that a call gets; it must get one."""
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError("the call was allowed")


def control(sandbox: Sandbox, route: str, facts: dict[str, Any] | None = None, method: str = "POST") -> Any:
    """The answer of a control route, decoded; the status with it when it is an error."""
    body = json.dumps(facts or {}).encode() if method == "POST" else None
    request = urllib.request.Request(f"{sandbox.endpoint}/_sandbox/{route}", data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def records(sandbox: Sandbox, since: int = 0) -> list[dict[str, Any]]:
    """The records made so far."""
    with urllib.request.urlopen(f"{sandbox.endpoint}/_sandbox/records?since={since}", timeout=10) as answer:
        return [json.loads(line) for line in answer.read().splitlines()]


def last_record(sandbox: Sandbox, event_name: str) -> dict[str, Any]:
    """The latest record of a name."""
    return next(record for record in reversed(records(sandbox)) if record["eventName"] == event_name)


def _without_account_in_host(request: AWSPreparedRequest, **_: Any) -> None:
    request.url = re.sub(r"//\d{12}\.", "//", request.url)
