"""A service that anybody may send."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.closures import fenced_by_deny
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

_FENCES = frozenset(
    {
        "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner",
        "kms:calleraccount", "kms:viaservice", "sts:externalid", "aws:principalorgid",
    }
)  # fmt: skip
# They take roles by iam:PassRole, in the account of the role alone.
_PASSED_ROLES = ("ec2.", "lambda.", "edgelambda.", "ecs-tasks.", "eks.", "eks-fargate-pods.", "pods.eks.")
# They cannot be asked for on anybody's behalf: the older log delivery of load balancers.
_SENDS_NO_SOURCE = ("logdelivery.elasticloadbalancing.",)


@rule("policy-022", Severity.MEDIUM)
def confused_deputy(asked: Subject) -> Iterator[Remark]:
    """Service let in without saying for whom it acts.

    Why: another customer can make the same service call your resource (the confused deputy).
    Fix: demand aws:SourceArn, aws:SourceAccount or aws:SourceOrgID of your own.
    """
    if not asked.kind.of_resource:
        return
    trust = asked.kind is Kind.TRUST
    for one in asked.allows:
        keys = asked.demanded(one)
        if one.principals is None or keys & _FENCES or _of_context(keys) or fenced_by_deny(asked, one, _FENCES):
            continue
        for index, name in enumerate(one.principals.service):
            if not name.startswith(_SENDS_NO_SOURCE + (_PASSED_ROLES if trust else ())):
                at = asked.place(one, "Principal", "Service", index=index)
                yield Remark(at, f"{name} may, on whoever's behalf", Severity.LOW if trust else None)


def _of_context(keys: frozenset[str]) -> bool:
    return any(key.startswith("kms:encryptioncontext:") for key in keys)
