"""A principal of another partition."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import Statement


@rule("policy-034", Severity.MEDIUM)
def other_partition(asked: Subject) -> Iterator[Remark]:
    """Principal of another partition than the resources.

    Why: accounts of China, GovCloud and the rest of AWS do not know each other: it can never call.
    Fix: write the ARN with the partition of the account that the policy is for.
    """
    homes = {_partition(text) for one in asked.statements for text in (*(one.resources or ()), *_names(one))} - {""}
    resources = {_partition(text) for one in asked.statements for text in one.resources or ()} - {""}
    home = resources or ({min(homes)} if homes else set())
    for one in asked.statements:
        for element, named in (("Principal", one.principals), ("NotPrincipal", one.not_principals)):
            for index, name in enumerate(named.aws if named else ()):
                if _partition(name) and _partition(name) not in home:
                    at = asked.place(one, element, "AWS", index=index)
                    yield Remark(at, f"{name} is of partition {_partition(name)}, not of {', '.join(sorted(home))}")


def _names(statement: Statement) -> tuple[str, ...]:
    return statement.principals.aws if statement.principals else ()


def _partition(text: str) -> str:
    """The partition of an ARN, empty when it is open."""
    parts = text.split(":")
    return parts[1] if parts[0] == "arn" and len(parts) > 2 and not set("*?$") & set(parts[1]) else ""  # noqa: PLR2004 - arn and partition
