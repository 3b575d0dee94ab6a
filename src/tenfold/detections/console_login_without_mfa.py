from tenfold.detections.record import text
from tenfold.detections.registry import detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity


@detection(
    "cloudtrail",
    id="ct-002",
    severity=Severity.HIGH,
    technique="T1078.004",
    events=("signin:ConsoleLogin",),
    shows=("additionalEventData.MFAUsed", "responseElements.ConsoleLogin", "userAgent"),
)
def console_login_without_mfa(event: Event) -> bool:
    """A user signed in to the console without MFA.

    Why: a password alone can be guessed, reused or phished.
    Fix: ask the user whether it was them; give them an MFA device, and deny everything but its set-up until then.

    Asked of IAM users only: a federated session says "No" whatever the identity provider asked for, and root has a
    detection of its own.
    """
    return (
        text(event, "userIdentity.type") == "IAMUser"
        and text(event, "responseElements.ConsoleLogin") == "Success"
        and text(event, "additionalEventData.MFAUsed") == "No"
    )
