from tenfold.detections.record import at, flag, text
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity


@detection(
    "cloudtrail",
    id="ct-004",
    severity=Severity.HIGH,
    technique="T1098",
    events=("iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    shows=("requestParameters.userName", "requestParameters.passwordResetRequired"),
)
def login_profile_made(event: Event) -> Hit | None:
    """User got a console password from somebody.

    Why: it opens the console to who knows the password, and turns a stolen key into a lasting way in.
    Fix: ask who set it. If it was not agreed: delete the login profile, then look at who set it and at what the
    user did since.

    A first password counts whoever sets it, a changed one when it is another user's. One that must be changed at the
    next sign-in is medium: its maker does not keep it.
    """
    user = text(event, "requestParameters.userName")
    actor = text(event, "userIdentity.userName")
    first = event.action.endswith(":CreateLoginProfile")
    if not first and user in ("", actor):
        return None
    handed_over = flag(at(event, "requestParameters.passwordResetRequired"))
    return Hit(
        f"user {user or actor} got a {'first' if first else 'new'} console password",
        about=user or actor,
        severity=Severity.MEDIUM if handed_over else None,
    )
