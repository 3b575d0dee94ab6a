from tenfold.detections.record import at, text
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity


@detection(
    "cloudtrail",
    id="ct-010",
    severity=Severity.HIGH,
    technique="T1485",
    events=("kms:ScheduleKeyDeletion", "kms:DisableKey"),
    shows=("requestParameters.keyId", "requestParameters.pendingWindowInDays", "responseElements.deletionDate"),
)
def kms_key_scheduled_for_deletion(event: Event) -> Hit | None:
    """KMS key was scheduled for deletion.

    Why: with the key goes everything that was encrypted with it, for good.
    Fix: cancel the deletion while its waiting period lasts (7 to 30 days), enable the key again, and ask who did it.

    A disabled key can be enabled again at once: medium.
    """
    key = text(event, "requestParameters.keyId").rpartition("/")[2]
    if event.action == "kms:DisableKey":
        return Hit(f"KMS key {key} was disabled", about=key, severity=Severity.MEDIUM)
    days = at(event, "requestParameters.pendingWindowInDays")
    window = f"in {days} days" if isinstance(days, int) else "in 30 days"  # what AWS takes when none is named
    return Hit(f"KMS key {key} will be deleted {window}", about=key)
