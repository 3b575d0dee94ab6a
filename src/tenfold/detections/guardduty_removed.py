from tenfold.detections.record import at, first_text, flag, texts
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity

_WHAT = {
    "guardduty:DeleteDetector": "a GuardDuty detector was deleted",
    "guardduty:UpdateDetector": "a GuardDuty detector was suspended",
    "guardduty:DisassociateFromAdministratorAccount": "the account left its GuardDuty administrator",
    "guardduty:DisassociateFromMasterAccount": "the account left its GuardDuty administrator",
    "guardduty:StopMonitoringMembers": "GuardDuty no longer watches members",
    "guardduty:DisassociateMembers": "GuardDuty let members go",
}


@detection(
    "cloudtrail",
    id="ct-009",
    severity=Severity.HIGH,
    technique="T1562.001",
    events=tuple(_WHAT),
    shows=("requestParameters",),
    attempts=True,
)
def guardduty_removed(event: Event) -> Hit | None:
    """GuardDuty detector was removed.

    Why: AWS no longer looks for intruders there, and nobody is told of those it finds.
    Fix: turn it on again and put the account back under its administrator, then ask who did it.

    An updated detector counts when it is switched off; other settings of it stay quiet. A denied attempt counts.
    """
    if event.action == "guardduty:UpdateDetector" and flag(at(event, "requestParameters.enable")) is not False:
        return None
    members = ", ".join(texts(at(event, "requestParameters.accountIds")))
    return Hit(
        f"{_WHAT[event.action]} in {event.scope.region}" + (f": {members}" if members else ""),
        about=first_text(event, "requestParameters.detectorId") or event.scope.region,
    )
