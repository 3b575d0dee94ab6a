"""A principal that is gone."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.principals import Who, aws_party


@rule("policy-035", Severity.MEDIUM)
def deleted_principal(asked: Subject) -> Iterator[Remark]:
    """Principal that has been deleted.

    Why: AWS puts the unique id where the ARN stood; a user or role made again under the name does not get in.
    Fix: name the present principal, or take the entry away.
    """
    for one in asked.statements:
        for element, named in (("Principal", one.principals), ("NotPrincipal", one.not_principals)):
            for index, name in enumerate(named.aws if named else ()):
                if aws_party(name).who is Who.NOBODY:
                    yield Remark(asked.place(one, element, "AWS", index=index), f"{name} is nobody any more")
