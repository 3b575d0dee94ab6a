from collections.abc import Iterator
from datetime import datetime, timedelta

from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot

OLDEST = timedelta(days=90)


@check("iam.user", id="cred-003", needs=("credentials",), severity=Severity.MEDIUM)
def old_access_key(user: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Access key is older than 90 days.

    Why: a long-lived key is copied, committed and forgotten; its age is the time that a leak stays useful.
    Fix: replace the user by a role with short-lived credentials; until then make a new key and delete the old one.
    """
    row = user["credentials"]
    for key in ("access_key_1", "access_key_2"):
        if row[f"{key}_active"] != "true":
            continue
        rotated = row[f"{key}_last_rotated"]
        age = snapshot.taken_at - datetime.fromisoformat(rotated)
        if age > OLDEST:
            message = f"{key.replace('_', ' ')} is {age.days} days old"
            at = f"credentials.{key}_last_rotated"
            yield Problem(message, at=at, key=f"{key} of {rotated[:10]}", seen=rotated)
