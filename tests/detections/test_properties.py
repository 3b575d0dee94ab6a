"""No detection raises, whatever stands in a record: fields missing, of another type, or nested where they were not."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detections.records import cases_of, event_of, record_of

from tenfold.detections.registry import detections_of
from tenfold.detections.run import Runner

DETECTIONS = detections_of("cloudtrail")
RECORDS = [record_of(case["given"]) for detection in DETECTIONS for case in cases_of(detection)]
GONE = object()
ODD = st.sampled_from(
    [GONE, None, "", "*", "true", 0, -1, 70000, 1e308, True, [], {}, [[]], [None, 1, {}], {"items": 1}, {"items": [1]},
     {"item": [{}]}, "{", "[]", '{"Statement": 1}', '{"Statement": [{"Effect": "Allow", "Action": 3}]}', "1/0", "::/0",
     {"Statement": [{"Effect": "Allow", "Principal": {}, "Action": "*"}]}, {"AWS": []}, "x" * 300, "\ud800"],
)  # fmt: skip
Place = tuple[str | int, ...]


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """The way to everything in a record but the record itself; a document in a text counts as the text."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*here, key)
        yield from places(item, (*here, key))


def mangled(record: dict[str, Any], place: Place, odd: Any) -> dict[str, Any]:
    found = copy.deepcopy(record)
    parent: Any = found
    for step in place[:-1]:
        parent = parent[step]
    if odd is GONE:
        del parent[place[-1]]
    else:
        parent[place[-1]] = odd
    return found


@st.composite
def odd_records(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record of the cases, and the same with up to three places spoilt; policy texts opened half of the time."""
    record = draw(st.sampled_from(RECORDS))
    odd = _opened(record) if draw(st.booleans()) else record
    for _ in range(draw(st.integers(1, 3))):
        ways = sorted(places(odd), key=str)
        if ways:
            odd = mangled(odd, draw(st.sampled_from(ways)), draw(ODD))
    return record, odd


def _opened(record: dict[str, Any]) -> dict[str, Any]:
    parameters = dict(record["requestParameters"] or {})
    for key, value in parameters.items():
        if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
            parameters[key] = json.loads(value)
    return record | {"requestParameters": parameters}


@given(odd_records())
@settings(max_examples=1000, deadline=None)
def test_no_detection_raises(records: tuple[dict[str, Any], dict[str, Any]]) -> None:
    record, odd = records
    event = msgspec.structs.replace(event_of(record), record=odd)
    runner = Runner(DETECTIONS)
    alerts = list(runner.alerts([event]))
    assert runner.failures == []
    assert all(alert.message and alert.incident and alert.evidence for alert in alerts)


@given(ODD.filter(lambda odd: odd is not GONE), st.sampled_from([action for d in DETECTIONS for action in d.events]))
def test_a_record_may_be_no_object_at_all(odd: Any, action: str) -> None:
    event = msgspec.structs.replace(event_of(record_of({"action": action})), record=odd)
    runner = Runner(DETECTIONS)
    list(runner.alerts([event]))
    assert runner.failures == []
