"""On real logs: what the detections tell of two attack simulations, no more and no less.

The bound is the flood guard: of each alert it is said why it is right.
"""

from collections import Counter

import pytest
from tests.detections.records import MISSING, SHARED, event_of, real_files

from tenfold.detections.registry import detections_of
from tenfold.detections.run import Runner

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)

BOUNDS = {
    "invictus-aws": {
        "ct-002": (1, "a user made by the simulation signs in with its password alone"),
        "ct-003": (2, "keys for the two backdoor users"),
        "ct-004": (2, "console passwords for two backdoor users, to be kept by their maker"),
        "ct-005": (2, "AdministratorAccess for the backdoor role and for the malicious user"),
        "ct-007": (3, "two trails deleted, one told to leave out management events"),
        "ct-008": (1, "SSH opened to the world; 443 of the same group stays quiet"),
    },
    "stratus-red-team": {
        "ct-003": (1, "a key for the new administrator"),
        "ct-004": (2, "a console password made, one changed"),
        "ct-005": (1, "AdministratorAccess for the new user"),
        "ct-007": (1, "selectors without management events"),
        "ct-008": (1, "SSH opened to a block of everything"),
    },
}
COVERED = {
    "aws.defense-evasion.cloudtrail-event-selectors",
    "aws.exfiltration.ec2-security-group-open-port-22-ingress",
    "aws.persistence.iam-create-admin-user",
    "aws.persistence.iam-create-user-login-profile",
    "aws.privilege-escalation.iam-update-user-login-profile",
}


def told(dataset: str) -> dict[str, Counter[str]]:
    """How often each detection speaks, by file."""
    runner = Runner(detections_of("cloudtrail"))
    found = {
        name: Counter(alert.detection for alert in runner.alerts(map(event_of, records)))
        for name, records in real_files(dataset)
    }
    assert runner.failures == []
    return found


@pytest.mark.parametrize("dataset", BOUNDS)
def test_alerts_stay_within_what_can_be_explained(dataset: str) -> None:
    count: Counter[str] = sum(told(dataset).values(), Counter())
    silent = [each.id for each in detections_of("cloudtrail") if each.id not in count]
    print(f"{dataset}: {dict(sorted(count.items()))}, silent: {', '.join(silent)}")  # noqa: T201 - the figures are wanted
    assert count == {detection: number for detection, (number, _reason) in BOUNDS[dataset].items()}


def test_which_attack_techniques_the_detections_cover() -> None:
    assert {name for name, alerts in told("stratus-red-team").items() if alerts} == COVERED
