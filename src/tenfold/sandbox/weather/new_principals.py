"""Users, roles and access keys that were made a moment ago, and are not known everywhere yet."""

from datetime import UTC, datetime, timedelta

from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from tenfold.model.arn import Arn
from tenfold.sandbox.calls import Call
from tenfold.sandbox.denial import denied
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.tables import HOME_REGIONS
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.weather.refusals import unknown_key
from tenfold.sandbox.weather.resource_policies import named_in
from tenfold.sandbox.wire import Reply

_KNOWN = timedelta(seconds=10)
_KEYS_KNOWN = (timedelta(seconds=2), timedelta(seconds=8))
_ELSEWHERE = timedelta(seconds=10)  # more than in the home region of the partition, where IAM is

# Calls that write a policy which names principals: the parameter, and how the service refuses one it does not know [K]
_IAM_SAYS = ("MalformedPolicyDocument", "Invalid principal in policy")
_KMS_SAYS = ("MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals.")
_POLICIES = {
    "iam:CreateRole": ("AssumeRolePolicyDocument", *_IAM_SAYS),
    "iam:UpdateAssumeRolePolicy": ("PolicyDocument", *_IAM_SAYS),
    "kms:CreateKey": ("Policy", *_KMS_SAYS),
    "kms:PutKeyPolicy": ("Policy", *_KMS_SAYS),
    "s3:PutBucketPolicy": ("Policy", "MalformedPolicy", "Invalid principal in policy"),
}


class NewPrincipals(Habit):
    """For 10 s a new role cannot be assumed nor named in a policy, a new access key works after some seconds."""

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Refuse who is too new, who wants to become what is, and policies that name it."""
        if caller.kind == "IAMUser" and caller.key and now - _aware(caller.key.create_date) < self._key_known(call):
            return unknown_key(call)
        wanted = call.parameters.get("RoleArn", "") if call.name.startswith("sts:AssumeRole") else ""
        if _too_new(wanted, call, now):
            action = f"sts:{call.operation}"
            return denied(call, f"User: {caller.arn} is not authorized to perform: {action} on resource: {wanted}")
        if call.name in _POLICIES:
            parameter, code, message = _POLICIES[call.name]
            if any(_too_new(arn, call, now) for arn in named_in(call.parameters.get(parameter, ""))):
                return fault(call, code, message, BAD_REQUEST)
        return ask(call, caller)

    def _key_known(self, call: Call) -> timedelta:
        return self.draw.between(*_KEYS_KNOWN, call.access_key) + _distance(call)


def _too_new(arn: str, call: Call, now: datetime) -> bool:
    """Whether an ARN is of a user or role that the call's region does not know yet."""
    try:
        wanted = Arn.parse(arn)
    except ValueError:
        return False
    if wanted.service != "iam" or wanted.account not in iam_backends:
        return False
    iam = iam_backends[wanted.account][wanted.partition]
    made = [role.create_date for role in iam.roles.values() if role.arn == arn]
    made += [user.create_date for user in iam.users.values() if user.arn == arn]
    return any(now - _aware(at) < _KNOWN + _distance(call) for at in made)


def _distance(call: Call) -> timedelta:
    home = HOME_REGIONS.get(get_partition(call.region))
    return timedelta(0) if call.region == home else _ELSEWHERE


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
