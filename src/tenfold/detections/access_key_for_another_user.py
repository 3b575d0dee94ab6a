from tenfold.detections.record import text
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity


@detection(
    "cloudtrail",
    id="ct-003",
    severity=Severity.HIGH,
    technique="T1098.001",
    events=("iam:CreateAccessKey",),
    shows=("requestParameters.userName", "responseElements.accessKey.accessKeyId"),
)
def access_key_for_another_user(event: Event) -> Hit | None:
    """Access key was made for another user.

    Why: whoever makes it reads the secret, can act as that user, and stays when their own access is taken away.
    Fix: ask who made it. If it was not agreed: deactivate the key, read what it did, then look at the maker.

    A call that names no user is for oneself and stays quiet.
    """
    target = text(event, "requestParameters.userName")
    if not target or target == text(event, "userIdentity.userName"):
        return None
    return Hit(f"an access key was made for user {target}", about=target)
