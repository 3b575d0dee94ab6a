"""The resource that a call is about, as an ARN."""

from collections.abc import Mapping
from typing import Any

from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller

# parameter of an IAM call -> the kind of resource in its ARN
_IAM_KINDS = {"UserName": "user", "RoleName": "role", "GroupName": "group", "InstanceProfileName": "instance-profile"}


def target_arn(call: Call, caller: Caller) -> str:
    """The ARN of the resource that a call names, `*` when it names none."""
    partition = get_partition(call.region)
    if call.service == "s3" and "Bucket" in call.parameters:
        return object_arn(partition, call.parameters)
    if call.service == "iam":
        for name, kind in _IAM_KINDS.items():
            if name in call.parameters:
                return f"arn:{partition}:iam::{caller.account}:{kind}/{call.parameters[name]}"
    return next((value for value in call.parameters.values() if isinstance(value, str) and value.startswith("arn:")), "*")


def object_arn(partition: str, parameters: Mapping[str, Any]) -> str:
    """The ARN of an S3 object, or of its bucket when no key is named."""
    key = parameters.get("Key")
    return f"arn:{partition}:s3:::{parameters['Bucket']}" + (f"/{key}" if key else "")
