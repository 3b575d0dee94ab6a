"""A Deny by address that hits AWS's own calls."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

_SPARES = frozenset(
    {"aws:viaawsservice", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalisawsservice",
     "aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:principalservicename"}
)  # fmt: skip


@rule("policy-043", Severity.LOW)
def address_deny_hits_services(asked: Subject) -> Iterator[Remark]:
    """Deny by source address that hits what AWS services do for the caller.

    Why: a service that acts for somebody calls from its own address, or over a VPC endpoint without any.
    Fix: add Bool aws:ViaAWSService false to the same statement (for buckets aws:PrincipalIsAWSService as well).
    """
    for one in asked.denies:
        keys = {test.key for test in asked.tested(one)}
        for test in asked.tested(one):
            if test.key == "aws:sourceip" and test.negated and not keys & _SPARES:
                yield Remark(test.at, "denies what AWS services do for allowed callers, and calls over VPC endpoints")
