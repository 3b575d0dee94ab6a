"""An ARN operator where there is no ARN."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.keys_table import GLOBAL
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.match import names_variable

_COLONS = 5


@rule("policy-012", Severity.MEDIUM)
def arn_operator_without_arn(asked: Subject) -> Iterator[Remark]:
    """ARN operator on what is no ARN.

    Why: ArnEquals and ArnLike compare the six parts of an ARN; with anything else they do not match.
    Fix: write the whole ARN, with wildcards inside its parts, or use a string operator.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            if test.family != "arn":
                continue
            known = GLOBAL.get(test.key)
            if known is not None and known.type != "ARN":
                yield Remark(test.at, f"the value of {known.name} is no ARN: use a string operator")
                continue
            for index, value in enumerate(test.values):
                short = value.count(":") < _COLONS or not value.startswith(("arn:", "*"))
                if value != "*" and short and not names_variable(value):
                    yield Remark(test.value_at(index), f"{value} has not the six parts of an ARN")
