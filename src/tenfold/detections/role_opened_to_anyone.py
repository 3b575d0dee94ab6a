import msgspec

from tenfold.detections.documents import judged, place
from tenfold.detections.record import text
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity
from tenfold.policy.parse import Policy, Statement
from tenfold.policy.public import aws_public

_DOCUMENTS = {
    "iam:CreateRole": "requestParameters.assumeRolePolicyDocument",
    "iam:UpdateAssumeRolePolicy": "requestParameters.policyDocument",
}


@detection(
    "cloudtrail",
    id="ct-006",
    severity=Severity.CRITICAL,
    technique="T1098.003",
    events=tuple(_DOCUMENTS),
    shows=("requestParameters.roleName",),
)
def role_opened_to_anyone(event: Event) -> Hit | None:
    """Role can be assumed by anyone.

    Why: anybody with an AWS account of their own can take the role's permissions.
    Fix: name the principals that need the role in its trust policy, revoke its sessions, and read what they did.

    Conditions count when they confine the grant to fixed values, by AWS's own meaning of "public"; an external id
    does not, and is high: it is a word that others may know.
    """
    role, path = f"role {text(event, 'requestParameters.roleName')}", _DOCUMENTS[event.action]
    return judged(event, path, role, lambda policy: _judge(policy, role, path))


def _judge(policy: Policy, role: str, path: str) -> Hit | None:
    open_ones = tuple(filter(_is_open, policy.statements))
    verdict = aws_public(msgspec.structs.replace(policy, statements=open_ones))
    if verdict.public is False:
        return None
    guilty = next(one for one in open_ones if one.index == verdict.statement)
    severity = Severity.MEDIUM if verdict.public is None else Severity.HIGH if guilty.conditions else None
    message = f"{role} can be assumed by anyone: {verdict.reason}"
    return Hit(message, about=role, severity=severity, seen={place(path, guilty): verdict.reason})


def _is_open(statement: Statement) -> bool:
    named = statement.principals
    return statement.not_principals is not None or (named is not None and named.everyone)
