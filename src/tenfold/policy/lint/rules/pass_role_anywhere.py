"""iam:PassRole on any role, to any service."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.breadth import any_action
from tenfold.policy.document import acts
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.match import fits
from tenfold.policy.parse import Statement

_ACTION = "iam:passrole"
_FENCES = frozenset({"iam:passedtoservice", "iam:associatedresourcearn"})
_EVERY_ROLE = ("*", "role*", "role/*")


@rule("policy-006", Severity.HIGH)
def pass_role_anywhere(asked: Subject) -> Iterator[Remark]:
    """iam:PassRole on every role, to any service.

    Why: whoever can start a function or an instance takes on the strongest role of the account by it.
    Fix: name the roles in Resource, and the service in a condition on iam:PassedToService.
    """
    if not asked.kind.of_identity:
        return
    for one in asked.allows:
        if acts(one, _ACTION) and _anywhere(one) and not asked.demanded(one) & _FENCES:
            place = _place(asked, one)
            if place:
                yield Remark(place, "any role can be handed to any service: there is no iam:PassedToService")


def _place(asked: Subject, statement: Statement) -> str:
    """Where the action stands; empty when every action is allowed, which is another rule's."""
    if statement.not_actions is not None:
        return asked.place(statement, "NotAction")
    found = ((text, at) for text, at in asked.entries(statement, "Action") if fits(text.lower(), _ACTION))
    return next((at for text, at in found if not any_action(text)), "")


def _anywhere(statement: Statement) -> bool:
    if statement.not_resources is not None:
        return True
    return any(text.split(":", 5)[-1] in _EVERY_ROLE for text in statement.resources or ())
