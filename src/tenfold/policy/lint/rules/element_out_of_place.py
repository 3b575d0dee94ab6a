"""An element that its kind of policy does not take, or cannot do without."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import Statement

_NO_RESOURCE_NEEDED = frozenset({Kind.TRUST, Kind.RESOURCE})


@rule("policy-039", Severity.HIGH)
def element_out_of_place(asked: Subject) -> Iterator[Remark]:
    """Element out of place, or missing, in this kind of policy.

    Why: AWS refuses the policy.
    Fix: policies of identities and SCPs name no principal; those of resources, RCPs and endpoints must.
    """
    for one in asked.statements:
        yield from _principal(asked, one)
        yield from _resource(asked, one)
        if asked.kind is Kind.RCP and one.allows:
            yield Remark(asked.place(one, "Effect"), "a resource control policy of your own can only deny")


def _principal(asked: Subject, one: Statement) -> Iterator[Remark]:
    element = "Principal" if one.principals is not None else "NotPrincipal" if one.not_principals is not None else ""
    if asked.kind.of_identity or asked.kind is Kind.SCP:
        if element:
            yield Remark(asked.place(one, element), f"has no place in a policy of kind {asked.kind}")
    elif not element:
        yield Remark(f"Statement[{one.index}]", f"a policy of kind {asked.kind} needs a Principal")
    elif asked.kind is Kind.RCP and not (one.principals and one.principals.everyone):
        yield Remark(asked.place(one, element), "the Principal of a resource control policy is a star")


def _resource(asked: Subject, one: Statement) -> Iterator[Remark]:
    element = "Resource" if one.resources is not None else "NotResource" if one.not_resources is not None else ""
    if asked.kind is Kind.TRUST:
        if element:
            yield Remark(asked.place(one, element), "a trust policy is about its own role, and names no resource")
    elif not element and asked.kind not in _NO_RESOURCE_NEEDED:
        yield Remark(f"Statement[{one.index}]", f"a policy of kind {asked.kind} needs a Resource")
