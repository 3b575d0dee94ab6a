"""One notice, with text in it that somebody else chose."""

from datetime import timedelta

from tests.clock import START

from tenfold.model.alert import Incident, IncidentStatus
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Severity
from tenfold.model.party import Owner
from tenfold.sinks.notice import Notice, Told

BUCKET = "arn:aws:s3:::invoices"
HOSTILE = "opened by \x1b]0;pwned\x07 \u202egnp.exe\nowner: nobody"
SECRET = "correct horse battery staple"


def notice(change: Told = Told.OPENED, message: str = "opened by Eve", severity: Severity = Severity.HIGH) -> Notice:
    incident = Incident(
        key=f"s3-exposure|{BUCKET}",
        title="Bucket may have been opened to everybody",
        severity=severity,
        status=IncidentStatus.OPEN,
        opened_at=START,
        updated_at=START,
        members=("ct-011|e-1",),
    )
    evidence = (Evidence("e-1", {"eventName": "PutBucketPolicy", "userAgent": message}, START),)
    owner = Owner("payments", "tag team of the resource")
    at = START + timedelta(seconds=3)
    return Notice("d-1", change, incident, owner, at, 1, message, evidence, BUCKET, "111122223333")
