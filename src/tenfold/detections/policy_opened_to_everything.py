from tenfold.detections.documents import judged, place
from tenfold.detections.record import first_text, text
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity
from tenfold.policy.parse import Policy, Statement

_DOCUMENT = "requestParameters.policyDocument"
_EVERYTHING = frozenset({"*", "*:*"})
_ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"  # by AWS's own hand, in every partition
_HOLDERS = ("user", "group", "role")


@detection(
    "cloudtrail",
    id="ct-005",
    severity=Severity.HIGH,
    technique="T1098.003",
    events=(
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:PutUserPolicy",
        "iam:PutGroupPolicy",
        "iam:PutRolePolicy",
        "iam:AttachUserPolicy",
        "iam:AttachGroupPolicy",
        "iam:AttachRolePolicy",
    ),
    shows=("requestParameters.policyName", "requestParameters.policyArn"),
)
def policy_opened_to_everything(event: Event) -> Hit | None:
    """Policy was opened to every action on every resource.

    Why: whoever holds it is administrator from now on.
    Fix: ask who wrote or attached it. If it was not agreed: detach it, go back to the policy's version before, and
    read what its holders did since.

    A statement with a condition stays quiet, as it does in check priv-001. Of attachments, AWS's own
    AdministratorAccess counts; what other policies say was judged when they were written.
    """
    about = _about(event)
    if not event.action.startswith("iam:Attach"):
        return judged(event, _DOCUMENT, about, lambda policy: _judge(policy, about))
    if text(event, "requestParameters.policyArn").endswith(_ADMINISTRATOR):
        return Hit(f"AdministratorAccess was attached to {about}", about=about)
    return None


def _judge(policy: Policy, about: str) -> Hit | None:
    guilty = next(filter(_is_full_star, policy.statements), None)
    if guilty is None:
        return None
    message = f"the policy of {about} allows every action on every resource: {guilty.label}"
    return Hit(message, about=about, seen={place(_DOCUMENT, guilty): "Allow, Action *, Resource *, no condition"})


def _is_full_star(statement: Statement) -> bool:
    return (
        statement.allows
        and not statement.conditions
        and bool(_EVERYTHING & set(statement.actions or ()))
        and "*" in (statement.resources or ())
    )


def _about(event: Event) -> str:
    """Who holds the policy (`role deploy`), or the managed policy itself."""
    for kind in _HOLDERS:
        if name := text(event, f"requestParameters.{kind}Name"):
            return f"{kind} {name}"
    return first_text(
        event, "responseElements.policy.arn", "requestParameters.policyArn", "requestParameters.policyName"
    )
