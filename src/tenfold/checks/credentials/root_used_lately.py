from collections.abc import Iterator
from datetime import datetime, timedelta

from tenfold.checks.registry import check
from tenfold.model.errors import GapError
from tenfold.model.finding import Problem, Severity
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Json, Resource
from tenfold.model.snapshot import Snapshot

LATELY = timedelta(days=30)
_NEVER = frozenset({"N/A", "no_information", "not_supported"})
_USES = {
    "password_last_used": "its password",
    "access_key_1_last_used_date": "access key 1",
    "access_key_2_last_used_date": "access key 2",
}


@check("account", id="cred-001", needs=("credential_report_root",), severity=Severity.HIGH)
def root_used_lately(account: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Root was used in the last 30 days.

    Why: root cannot be limited by any policy of its own account; daily work with it leaves no room for a mistake.
    Fix: work through roles; keep root for the few tasks that only it can do, and put its credentials away.
    """
    row = account["credential_report_root"]
    for column, what in _USES.items():
        used = _date(row, column)
        if used is not None and snapshot.taken_at - used <= LATELY:
            message = f"root used {what} on {used:%Y-%m-%d}"
            yield Problem(message, at=f"credential_report_root.{column}", key=column, seen=row[column])


def _date(row: Json, column: str) -> datetime | None:
    """The date in a column; None when AWS says never.

    Raises:
        GapError: when the report says neither.
    """
    text = row.get(column)
    if text in _NEVER:
        return None
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        reason = f"the credential report does not say when root used {_USES[column]}: {column} is {text!r}"
        raise GapError(Gap(GapKind.MALFORMED, reason)) from None
