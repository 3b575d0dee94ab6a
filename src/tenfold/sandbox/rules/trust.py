"""Trust policies as IAM takes them: moto refuses those that let sessions carry tags or a source identity."""

from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from tenfold.policy.parse import PolicyError, Statement, parse
from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.wire import Reply

_CODE = "MalformedPolicyDocument"


def _update(_: State, call: Call, caller: Caller) -> Reply | None:
    """UpdateAssumeRolePolicy; for a role that is not there, moto answers."""
    iam = iam_backends[caller.account][get_partition(call.region)]
    role = next((one for one in iam.roles.values() if one.name == call.parameters.get("RoleName")), None)
    document = call.parameters.get("PolicyDocument", "")
    if role is None:
        return None
    try:
        statements = parse(document, needs=("Principal",)).statements
    except PolicyError as error:
        return fault(call, _CODE, f"This policy contains invalid Json: {error}", BAD_REQUEST)
    if any(statement.resources or statement.not_resources for statement in statements):
        return fault(call, _CODE, "Has prohibited field Resource", BAD_REQUEST)
    if not all(map(_about_sessions, statements)):
        return fault(call, _CODE, "AssumeRole policy may only specify STS AssumeRole actions.", BAD_REQUEST)
    role.assume_role_policy_document = document
    return serialize(call, {})


def _about_sessions(statement: Statement) -> bool:
    return all(action.lower().startswith("sts:") for action in statement.actions or ())


RULES: dict[str, Rule] = {"iam:UpdateAssumeRolePolicy": _update}
