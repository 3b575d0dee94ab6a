"""AWS's own policies, put into an account when a call names them.

moto can load all of them, but does so for each account and each partition: seconds of work and a lot of memory.
"""

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, iam_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller


def provide(call: Call, caller: Caller) -> None:
    """Let the caller's account know the policies of AWS that an IAM call is about."""
    if call.service != "iam":
        return
    partition = get_partition(call.region)
    iam = iam_backends[caller.account][partition]
    if call.operation == "ListPolicies":
        _add(iam, *_published())
    mine = f"arn:{partition}:iam::aws:policy/"
    named = [value for value in call.parameters.values() if isinstance(value, str) and value.startswith(mine)]
    _add(iam, *(arn.rsplit("/", 1)[1] for arn in named))


def _add(iam: IAMBackend, *names: str) -> None:
    for name in names:
        data = _published().get(name)
        if data is None:
            continue  # no policy of AWS: moto says so
        policy = AWSManagedPolicy.from_data(name, iam.account_id, iam.region_name, data)
        if policy.arn not in iam.managed_policies:
            iam.managed_policies[policy.arn] = policy
            iam.aws_managed_policies.append(policy)


def published(arn: str) -> Any:
    """The document of a policy of AWS; None when AWS has none of that ARN."""
    data = _published().get(arn.rsplit("/", 1)[-1])
    return data["Document"] if data and ":iam::aws:policy/" in arn else None


@cache
def _published() -> dict[str, Any]:
    """The policies by name, as moto ships them."""
    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    return policies
