from tenfold.detections.record import text
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity


@detection(
    "cloudtrail",
    id="ct-001",
    severity=Severity.HIGH,
    technique="T1078.004",
    events=("signin:ConsoleLogin",),
    shows=("additionalEventData.MFAUsed", "responseElements.ConsoleLogin", "userAgent"),
)
def root_login(event: Event) -> Hit | None:
    """Root signed in to the console.

    Why: no policy of the account binds root, and daily work never needs it; who holds its password holds everything.
    Fix: ask the owner of the account whether it was them. If not: reset the password, remove root's access keys and
    its foreign MFA devices, and read what the session did.

    A sign-in without MFA is critical. A failed one counts too, at medium: few people know root's address, and
    somebody is trying.
    """
    if text(event, "userIdentity.type") != "Root":
        return None
    account = event.scope.account
    if text(event, "responseElements.ConsoleLogin") != "Success":
        return Hit(f"somebody tried to sign in as root of {account}", severity=Severity.MEDIUM)
    if text(event, "additionalEventData.MFAUsed") == "No":
        return Hit(f"root of {account} signed in to the console without MFA", severity=Severity.CRITICAL)
    return Hit(f"root of {account} signed in to the console")
