"""Every detection against its cases: tests/detections/<name>.json holds them as data.

A case gives an action, a caller and the parts of the record that matter; `alert` is what must be told, and a case
without it must stay quiet. A detection needs both kinds, and an alert for each event that it asks for.
"""

import re

import pytest
from tests.detections.records import HERE, Case, cases_of, event_of, record_of

from tenfold.detections.registry import Detection, detections_of
from tenfold.detections.run import Runner

DETECTIONS = detections_of("cloudtrail")
CASES = [(detection, case) for detection in DETECTIONS for case in cases_of(detection)]


@pytest.mark.parametrize(("detection", "case"), CASES, ids=lambda v: v.id if isinstance(v, Detection) else v["name"])
def test_case(detection: Detection, case: Case) -> None:
    event = event_of(record_of(case["given"]))
    runner = Runner([detection])
    told = [
        {"severity": alert.severity.label, "incident": alert.incident, "message": alert.message}
        for alert in runner.alerts([event])
    ]
    assert runner.failures == []
    assert told == ([case["alert"]] if "alert" in case else [])


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda d: d.id)
def test_a_detection_has_a_quiet_case_and_an_alert_for_each_event(detection: Detection) -> None:
    cases = cases_of(detection)
    assert any("alert" not in case for case in cases), "no quiet case"
    told = {case["given"]["action"] for case in cases if "alert" in case}
    assert told, "no finding case"
    assert told >= set(detection.events)


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda d: d.id)
def test_a_detection_documents_itself(detection: Detection) -> None:
    assert detection.title
    assert detection.why
    assert detection.fix
    assert re.fullmatch(r"T\d{4}(\.\d{3})?", detection.technique)
    assert detection.name == detection.ask.__name__  # one bad thing a file, named alike
    assert all(re.fullmatch(r"[a-z0-9]+:[A-Z]\w+", action) for action in detection.events)


def test_ids_are_unique_and_no_case_is_left_over() -> None:
    assert len({detection.id for detection in DETECTIONS}) == len(DETECTIONS)
    assert {file.stem for file in HERE.glob("*.json")} == {detection.name for detection in DETECTIONS}
