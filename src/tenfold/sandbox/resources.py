"""The resources that a call is about: as ARNs, as a record lists them, and whose they are."""

from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.tables import DATA_RESOURCE_TYPES

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
    match call.service:
        case "s3" if "Bucket" in call.parameters and call.operation != "CreateBucket":
            return _s3_resources(call, owner or caller.account)
        case "sts" if "RoleArn" in call.parameters:
            return [{"accountId": owner or caller.account, "type": "AWS::IAM::Role", "ARN": call.parameters["RoleArn"]}]
        case "kms" if "KeyId" in call.parameters:
            arn = _arn(call, caller, "key/" + call.parameters["KeyId"], call.parameters["KeyId"])
            return [{"accountId": caller.account, "type": "AWS::KMS::Key", "ARN": arn}]
        case "ssm" if call.operation.endswith("Parameter") and "Name" in call.parameters:
            arn = _arn(call, caller, "parameter/" + call.parameters["Name"].lstrip("/"), call.parameters["Name"])
            return [{"accountId": caller.account, "ARN": arn}]
    return []


def _s3_resources(call: Call, owner: str) -> list[dict[str, str]]:
    partition = get_partition(call.region)
    bucket = {"accountId": owner, "type": "AWS::S3::Bucket", "ARN": f"arn:{partition}:s3:::{call.parameters['Bucket']}"}
    if "Key" not in call.parameters:
        return [bucket]
    return [{"type": DATA_RESOURCE_TYPES["s3"], "ARN": _object_arn(partition, call.parameters)}, bucket]


def _arn(call: Call, caller: Caller, resource: str, given: str) -> str:
    """The ARN of a resource of the caller's account in the call's region, unless an ARN was given."""
    if given.startswith("arn:"):
        return given
    return f"arn:{get_partition(call.region)}:{call.service}:{call.region}:{caller.account}:{resource}"


def _object_arn(partition: str, parameters: Mapping[str, Any]) -> str:
    """The ARN of an S3 object, or of its bucket when no key is named."""
    key = parameters.get("Key")
    return f"arn:{partition}:s3:::{parameters['Bucket']}" + (f"/{key}" if key else "")
