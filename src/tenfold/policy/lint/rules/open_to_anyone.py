"""An Allow to everyone, without a fence."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.conditions import network
from tenfold.policy.keys_table import FENCES
from tenfold.policy.lint.closures import fenced_by_deny
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject, Tested

_FENCES_OF_SERVICES = ("s3:dataaccesspoint", "s3:accesspointnetworkorigin", "kms:", "lambda:functionurlauthtype")


@rule("policy-014", Severity.HIGH)
def open_to_anyone(asked: Subject) -> Iterator[Remark]:
    """Allow to everyone, without a condition that keeps anyone out.

    Why: a star as Principal is every AWS account and, where the service takes it, callers without credentials.
    Fix: name accounts or roles, or demand aws:PrincipalOrgID, aws:SourceArn or aws:SourceVpce.
    """
    if not asked.kind.of_resource:
        return
    for one in asked.allows:
        everyone = one.principals is not None and one.principals.everyone
        if everyone and not any(map(_fences, asked.tested(one))) and not fenced_by_deny(asked, one):
            yield Remark(asked.place(one, "Principal"), "anyone may: no condition limits who, or from where")


def _fences(test: Tested) -> bool:
    if not test.demands or test.family == "null" or test.negated:
        return False
    known = test.key in FENCES or test.key.startswith(_FENCES_OF_SERVICES)
    return known and not any(map(_takes_all, test.values))


def _takes_all(value: str) -> bool:
    block = network(value)
    return set(value) == {"*"} or (block is not None and block.prefixlen == 0)
