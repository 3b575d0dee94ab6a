"""The resources that a call is about: as ARNs, as a record lists them, and whose they are."""

from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.naming import is_data
from tenfold.sandbox.tables import NAMED_RESOURCES

# parameter of an IAM call -> the kind of resource in its ARN
_IAM_KINDS = {"UserName": "user", "RoleName": "role", "GroupName": "group", "InstanceProfileName": "instance-profile"}
_ARN_ACCOUNT = 4


def target_arn(call: Call, caller: Caller) -> str:
    """The ARN of the resource that a call names, `*` when it names none."""
    partition = get_partition(call.region)
    if call.service == "s3" and "Bucket" in call.parameters:
        return _object_arn(partition, call.parameters)
    if call.service == "iam":
        for name, kind in _IAM_KINDS.items():
            if name in call.parameters:
                return f"arn:{partition}:iam::{caller.account}:{kind}/{call.parameters[name]}"
    return next(
        (value for value in call.parameters.values() if isinstance(value, str) and value.startswith("arn:")), "*"
    )


def owner_of(call: Call) -> str | None:
    """The account of the bucket or role that a call is about; None when it is about neither, or the bucket is gone."""
    if call.service == "s3" and (known := s3_backends.bucket_accounts.get(call.parameters.get("Bucket", ""))):
        return str(known[1])
    role = call.parameters.get("RoleArn", "") if call.name.startswith("sts:AssumeRole") else ""
    return role.split(":")[_ARN_ACCOUNT] if role.count(":") > _ARN_ACCOUNT else None


def resources(call: Call, caller: Caller, owner: str | None) -> list[dict[str, str]]:
    """The `resources` of a record; most services give none."""
    if call.service == "s3" and "Bucket" in call.parameters and call.operation != "CreateBucket":
        return _s3_resources(call, owner or caller.account)
    if call.service == "sts" and "RoleArn" in call.parameters:
        return [{"accountId": owner or caller.account, "type": "AWS::IAM::Role", "ARN": call.parameters["RoleArn"]}]
    parameter, kind, place = NAMED_RESOURCES.get(call.service, ("", "", ""))
    if parameter not in call.parameters or not _lists_resources(call):
        return []
    named = {"accountId": caller.account, "ARN": _arn(call, caller, place, call.parameters[parameter])}
    return [named | ({"type": kind} if kind else {})]


def _lists_resources(call: Call) -> bool:
    """KMS does always, Parameter Store for calls on one parameter, the others in data events."""
    return call.service == "kms" or (call.service == "ssm" and call.operation.endswith("Parameter")) or is_data(call)


def _s3_resources(call: Call, owner: str) -> list[dict[str, str]]:
    partition = get_partition(call.region)
    bucket = {"accountId": owner, "type": "AWS::S3::Bucket", "ARN": f"arn:{partition}:s3:::{call.parameters['Bucket']}"}
    if "Key" not in call.parameters:
        return [bucket]
    return [{"type": "AWS::S3::Object", "ARN": _object_arn(partition, call.parameters)}, bucket]


def _arn(call: Call, caller: Caller, place: str, name: str) -> str:
    """The ARN of a resource of the caller's account in the call's region; the name may be an ARN, or a queue's URL."""
    if name.startswith("arn:"):
        return name
    account = caller.account
    if "://" in name:
        account, name = name.split("/")[-2:]
    return f"arn:{get_partition(call.region)}:{call.service}:{call.region}:{account}:{place}{name.lstrip('/')}"


def _object_arn(partition: str, parameters: Mapping[str, Any]) -> str:
    """The ARN of an S3 object, or of its bucket when no key is named."""
    key = parameters.get("Key")
    return f"arn:{partition}:s3:::{parameters['Bucket']}" + (f"/{key}" if key else "")
