"""A condition key that no request for the action carries."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject, Tested
from tenfold.policy.parse import Statement

# Keys that services put into requests to others: the function, instance or job that calls.
_OF_CALLERS = (
    "ec2:sourceinstancearn", "ec2:roledelivery", "lambda:sourcefunctionarn", "ssm:sourceinstancearn",
    "glue:roleassumedby", "glue:credentialissuingservice", "codebuild:", "identitystore:", "sts:",
)  # fmt: skip


@rule("policy-018", Severity.MEDIUM)
def key_not_carried(asked: Subject) -> Iterator[Remark]:
    """Condition key that requests for the action do not carry.

    Why: the key is missing every time, so the condition decides nothing about the request.
    Fix: use a key that the reference lists for the action, or a statement of its own for the actions that have it.
    """
    for one in asked.statements:
        named = [name for text in one.actions or () for name in asked.actions.expand(text)]
        if named and all(asked.actions.expand(text) for text in one.actions or ()):
            yield from (remark for test in asked.tested(one) for remark in _without(asked, one, test, named))


def _without(asked: Subject, statement: Statement, test: Tested, named: list[str]) -> Iterator[Remark]:
    if not _is_of_service(asked, test):
        return
    carriers = [name for name in named if asked.actions.carries(name, test.key)]
    key = test.condition.key
    if not carriers:
        yield Remark(test.at, f"no request for {_some(named)} carries {key}: {_outcome(statement, test)}")
        return
    left = [text for text in statement.actions or () if not set(asked.actions.expand(text)) & set(carriers)]
    if left and test.demands and statement.allows:
        yield Remark(test.at, f"requests for {_some(left)} do not carry {key}: they are not allowed", Severity.LOW)


def _is_of_service(asked: Subject, test: Tested) -> bool:
    """Whether it is a key of one service that the reference knows."""
    own = not test.key.startswith(("aws:", *_OF_CALLERS)) and test.found is not None
    return own and asked.actions.key(test.key) is not None


def _outcome(statement: Statement, test: Tested) -> str:
    if test.demands:
        return f"this {statement.effect} never applies"
    return f"the condition never keeps this {statement.effect} from applying"


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004 - fits a line
