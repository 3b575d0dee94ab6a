"""A Sid with characters that IAM does not take."""

import re
from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

_PLAIN = re.compile(r"[A-Za-z0-9]*")


@rule("policy-045", Severity.MEDIUM)
def malformed_sid(asked: Subject) -> Iterator[Remark]:
    """Sid with characters that IAM does not take.

    Why: in policies of identities a Sid is made of letters and digits of ASCII only.
    Fix: take blanks, dashes and the like away.
    """
    for one in asked.statements if asked.kind.of_identity else ():
        if not _PLAIN.fullmatch(one.sid):
            yield Remark(asked.place(one, "Sid"), f"{one.sid} holds other characters than letters and digits")
