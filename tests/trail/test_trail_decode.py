"""What bytes become: rows with nothing lost, or a letter that says what was wrong."""

import gzip
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from tests.trail.make import ACCOUNT, FOLDER, document, fetched, record

from tenfold.lake.schema import CLOUDTRAIL
from tenfold.store.ledger import DeadKind, ObjectKind
from tenfold.trail.decode import Decoded, decode
from tenfold.trail.event import events, events_of
from tenfold.trail.limits import Limits

SMALL = Limits(stored=10_000, text=20_000, record=5_000)


def row(*records: Any) -> dict[str, Any]:
    decoded = decode(document(*records), fetched(b""))
    assert decoded.dead == ()
    found: dict[str, Any] = decoded.rows.to_pylist()[0]
    return found


def columns(**wanted: Any) -> dict[str, Any]:
    return wanted


def test_every_column_of_a_record() -> None:
    full = record(
        errorCode="AccessDenied",
        errorMessage="no",
        sharedEventID="s",
        vpcEndpointId="vpce-1",
        apiVersion="2006-03-01",
        additionalEventData={"a": 1},
        serviceEventDetails={"b": [1.50]},
        tlsDetails={"tlsVersion": "TLSv1.3"},
        addendum={"reason": "UPDATED_DATA", "updatedFields": "x", "originalEventID": "first"},
        eventContext={"c": None},
        insightDetails={"state": "Start"},
        vpcEndpointAccountId=ACCOUNT,
        edgeDeviceDetails={"type": "snow"},
        fieldOfTomorrow={"d": [True]},
    )
    identity = full["userIdentity"]
    assert row(full) == {
        "event_id": full["eventID"],
        "event_time": datetime(2026, 3, 1, 11, tzinfo=UTC),
        "event_version": "1.11",
        "event_source": "s3.amazonaws.com",
        "event_name": "PutBucketPolicy",
        "aws_region": "eu-west-1",
        "source_ip_address": "198.51.100.7",
        "user_agent": "aws-cli/2",
        "error_code": "AccessDenied",
        "error_message": "no",
        "request_id": "R0",
        "event_type": "AwsApiCall",
        "event_category": "Management",
        "read_only": False,
        "management_event": True,
        "recipient_account_id": ACCOUNT,
        "shared_event_id": "s",
        "vpc_endpoint_id": "vpce-1",
        "api_version": "2006-03-01",
        "user_identity_type": "AssumedRole",
        "user_identity_principal_id": "AROAEXAMPLE:ana",
        "user_identity_arn": identity["arn"],
        "user_identity_account_id": ACCOUNT,
        "user_identity_access_key_id": "ASIAEXAMPLE",
        "user_identity_user_name": None,
        "user_identity_invoked_by": None,
        "session_issuer_arn": f"arn:aws:iam::{ACCOUNT}:role/admin",
        "session_source_identity": "ana@example.com",
        "session_mfa_authenticated": True,
        "session_credential_from_console": True,
        "original_event_id": "first",
        "addendum_reason": "UPDATED_DATA",
        "user_identity": json.dumps(identity),
        "request_parameters": json.dumps(full["requestParameters"]),
        "response_elements": None,
        "additional_event_data": '{"a": 1}',
        "resources": json.dumps(full["resources"]),
        "service_event_details": '{"b": [1.5]}',
        "tls_details": '{"tlsVersion": "TLSv1.3"}',
        "addendum": json.dumps(full["addendum"]),
        "event_context": '{"c": null}',
        "insight_details": '{"state": "Start"}',
        "other": f'{{"fieldOfTomorrow":{{"d": [true]}},"vpcEndpointAccountId":"{ACCOUNT}",'
        '"edgeDeviceDetails":{"type": "snow"}}',
        "object_bucket": "logs",
        "object_key": f"{FOLDER}/a.json.gz",
        "record_index": 0,
    }


def test_bodies_stand_as_they_stood() -> None:
    text = (
        b'{"eventTime":"2026-03-01T11:00:00Z","eventID":"e","requestParameters":{ "a" :1.00,\t"b":"\\u00e9\xc3\xa9" }}'
    )
    decoded = decode(b'{"Records":[' + text + b"]}", fetched(b""))
    assert decoded.rows["request_parameters"].to_pylist() == ['{ "a" :1.00,\t"b":"\\u00e9é" }']
    assert [bytes(raw) for raw in decoded.records] == [text]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"eventVersion": "1.0", "eventID": "e"}, columns(event_version="1.0"), id="oldest version"),
        pytest.param({"readOnly": "true"}, columns(read_only=True), id="flag as text"),
        pytest.param({"managementEvent": "False"}, columns(management_event=False), id="flag as capital text"),
        pytest.param({"readOnly": 1}, columns(read_only=None, other='{"readOnly":1}'), id="flag as number is kept"),
        pytest.param({"sessionCredentialFromConsole": True}, columns(session_credential_from_console=True), id="flag"),
        pytest.param({"errorMessage": {"a": 1}}, columns(error_message='{"a": 1}'), id="object in place of text"),
        pytest.param(
            {"recipientAccountId": 111122223333}, columns(recipient_account_id=ACCOUNT), id="number, not text"
        ),
        pytest.param({"requestParameters": "text"}, columns(request_parameters='"text"'), id="text in place of object"),
        pytest.param({"resources": {"ARN": "a"}}, columns(resources='{"ARN": "a"}'), id="object in place of list"),
        pytest.param({"userIdentity": "root"}, columns(user_identity='"root"', user_identity_type=None), id="identity"),
        pytest.param({"userIdentity": {}}, columns(user_identity="{}", user_identity_arn=None), id="empty identity"),
        pytest.param(
            {
                "userIdentity": {
                    "type": 5,
                    "sessionContext": {"sessionIssuer": "x", "attributes": {"mfaAuthenticated": True}},
                }
            },
            columns(user_identity_type="5", session_issuer_arn=None, session_mfa_authenticated=True),
            id="identity of other types",
        ),
        pytest.param(
            {"userIdentity": {"sessionContext": {"webIdFederationData": {}, "sessionIssuer": {}}}},
            columns(session_issuer_arn=None, session_mfa_authenticated=None),
            id="webIdFederationData: {}",
        ),
        pytest.param(
            {"addendum": ["?"]}, columns(addendum='["?"]', original_event_id=None), id="addendum of another type"
        ),
        pytest.param({"sourceIPAddress": "AWS Internal"}, columns(source_ip_address="AWS Internal"), id="no address"),
        pytest.param({"eventName": None, "eventSource": None}, columns(event_name=None), id="insight without a name"),
    ],
)
def test_odd_fields(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    found = row(record(**changes))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-01T11:00:00",
        "2026-03-01 11:00:00Z",
        "2026-03-01T11:00:00.000000000Z",
        "2026-03-01T12:00:00+01:00",
        "2026-03-01T12:00:00+0100",
        "20260301T110000Z",
        "2026-03-01 11:00:00 UTC",
        1772362800,
        1772362800000,
        1772362800.0,
        "1772362800",
    ],
)
def test_odd_times(time: Any) -> None:
    assert row(record(eventTime=time))["event_time"] == datetime(2026, 3, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize("time", ["", "yesterday", "2026-13-01T11:00:00Z", True, {}, 1e300, "9999999999999999999"])
def test_record_without_a_time_is_a_letter_of_its_own(time: Any) -> None:
    decoded = decode(document(record(1), record(2, eventTime=time), record(3)), fetched(b""))
    (letter,) = decoded.dead
    assert decoded.rows["record_index"].to_pylist() == [0, 2]
    assert (letter.kind, letter.index) == (DeadKind.RECORD, 1)
    assert letter.reason.startswith("eventTime says no time")
    assert json.loads(letter.content) == record(2, eventTime=time)


def test_record_without_an_id_is_named_by_its_bytes() -> None:
    text = json.dumps(record(eventID=None)).encode()
    assert row(record(eventID=None))["event_id"] == f"sha256:{sha256(text).hexdigest()}"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(
            b'{"eventTime":"2026-03-01T11:00:00Z","x":' + b"[" * 2400 + b"]" * 2400 + b"}", "recursion", id="deep"
        ),
        pytest.param(b'{"eventTime":"2026-03-01T11:00:00Z","x":NaN}', "malformed", id="NaN"),
        pytest.param(b'["no object"]', "no object", id="array"),
        pytest.param(b"{}", "no field of an event", id="empty"),
        pytest.param(b'{"eventTime":"2026-03-01T11:00:00Z","x":"' + b"y" * 6000 + b'"}', "in one record", id="large"),
    ],
)
def test_one_bad_record_does_not_take_its_neighbours_along(raw: bytes, reason: str) -> None:
    good = json.dumps(record()).encode()
    decoded = decode(
        b'{"Records": [' + b",".join([good, raw, good]) + b"]}", fetched(b""), Limits(20_000, 20_000, 5_000)
    )
    (letter,) = decoded.dead
    assert decoded.rows["record_index"].to_pylist() == [0, 2]
    assert reason in letter.reason
    assert letter.content == raw


def test_half_a_surrogate_pair_is_mended_and_a_whole_one_kept() -> None:
    raw = r'{"eventTime":"2026-03-01T11:00:00Z","eventID":"e","userAgent":"\\ud83d \ud83d\ude00 \ud83d","errorCode":"\udc00x"}'
    decoded = decode(f'[{raw},{{"eventTime":"2026-03-01T11:00:00Z","eventID":"f","x":"]}}"}}]'.encode(), fetched(b""))
    assert decoded.dead == ()
    assert decoded.rows["user_agent"].to_pylist() == ["\\ud83d \U0001f600 �", None]
    assert decoded.rows["error_code"].to_pylist() == ["�x", None]


def test_numbers_that_only_json_can_write() -> None:
    text = document(record()).replace(b'"bucketName"', b'"n": 1e999, "m": ' + b"9" * 5000 + b', "bucketName"')
    decoded = decode(text, fetched(b""))
    (event,) = events(decoded)
    assert event.record["requestParameters"]["n"] == float("inf")
    assert event.record["requestParameters"]["m"] == "9" * 5000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps([record(1), record(2)]), id="array of events"),
        pytest.param(json.dumps([record(1), record(2)], indent=4), id="pretty array"),
        pytest.param(json.dumps({"Records": [record(1), record(2)]}, indent=1), id="pretty document"),
        pytest.param("".join(json.dumps(record(n)) + "\r\n" for n in (1, 2)), id="JSON lines"),
        pytest.param("\ufeff" + json.dumps({"Records": [record(1), record(2)]}), id="byte order mark"),
    ],
)
def test_forms_of_a_file(text: str) -> None:
    for data in (text.encode(), gzip.compress(text.encode())):
        assert decode(data, fetched(b"")).rows["event_id"].to_pylist() == [record(n)["eventID"] for n in (1, 2)]


def test_one_event_by_itself_and_none_at_all() -> None:
    assert decode(json.dumps(record()).encode(), fetched(b"")).rows.num_rows == 1
    assert decode(b'{"Records":[]}', fetched(b"")) == Decoded(ObjectKind.EVENTS, CLOUDTRAIL.empty_table(), [], ())


def test_bytes_that_are_not_utf8() -> None:
    decoded = decode(document(record(userAgent="@@")).replace(b"@@", b"\xff!"), fetched(b""))
    assert decoded.rows["user_agent"].to_pylist() == ["�!"]


def test_gzip_in_several_members_and_padded() -> None:
    text = document(record(1), record(2))
    data = gzip.compress(text[:100]) + gzip.compress(text[100:]) + b"\0" * 10
    decoded = decode(data, fetched(b""))
    assert (decoded.rows.num_rows, decoded.dead) == (2, ())


def test_bytes_after_the_gzip_stream_are_told_and_the_events_kept() -> None:
    data = gzip.compress(document(record()))
    decoded = decode(data + b"extra", fetched(b""))
    (letter,) = decoded.dead
    assert decoded.rows.num_rows == 1
    assert (letter.kind, letter.offset) == (DeadKind.TRAILING, len(data))
    assert "5 bytes" in letter.reason


GZ = gzip.compress(document(record()))


@pytest.mark.parametrize(
    ("data", "reason", "offset"),
    [
        pytest.param(b"", "the object is empty", 0, id="0 bytes"),
        pytest.param(gzip.compress(b""), "the object is empty", 0, id="empty gzip"),
        pytest.param(GZ[:-20], "the gzip stream ends early", len(GZ) - 20, id="truncated gzip"),
        pytest.param(GZ[:2] + b"\x07" + GZ[3:], "the gzip stream is damaged", 0, id="damaged gzip"),
        pytest.param(GZ[:-6] + b"x" + GZ[-5:], "the gzip stream is damaged", 0, id="wrong checksum"),
        pytest.param(gzip.compress(b" " * 10**6), "MiB when unpacked", None, id="gzip bomb"),
        pytest.param(gzip.compress(b" " * 15_000) * 2, "MiB when unpacked", None, id="gzip bomb of many members"),
        pytest.param(gzip.compress(b"") * 101, "more than 100 gzip members", None, id="many empty members"),
        pytest.param(b"x" * 10_001, "MiB stored", None, id="huge"),
        pytest.param(b"?", "not JSON", 0, id="text"),
        pytest.param(b'{"Records":[{"eventID":"e"}', "not JSON", 27, id="truncated JSON"),
        pytest.param(b'{"Records":{"a":1}}', "CloudTrail: Expected `array`", None, id="Records is an object"),
        pytest.param(
            b'{"configurationItems":[]}',
            "JSON, but not CloudTrail: an object with configurationItems",
            None,
            id="AWS Config",
        ),
        pytest.param(
            b'{"Records":[{"a":1},{"b":2}]}', "no field of an event; and so are all 2 records", None, id="other records"
        ),
        pytest.param(b'[["id", "name"]]', "JSON, but not CloudTrail: a record that is no object", None, id="arrays"),
        pytest.param(
            b'{"Records":[{"eventSource":"aws:s3","eventTime":"2026-03-01T11:00:00Z","eventName":"x"}]}',
            "a notice",
            None,
            id="S3 notice",
        ),
    ],
)
def test_object_that_cannot_be_read(data: bytes, reason: str, offset: int | None) -> None:
    decoded = decode(data, fetched(b""), SMALL)
    (letter,) = decoded.dead
    assert decoded.kind is ObjectKind.DEAD
    assert decoded.rows.num_rows == 0
    assert (letter.kind, letter.bucket, letter.etag) == (DeadKind.OBJECT, "logs", "etag")
    assert reason in letter.reason
    assert letter.offset == offset
    assert letter.next


def test_digest_is_known_by_its_content() -> None:
    text = {"awsAccountId": ACCOUNT, "digestStartTime": "x", "digestEndTime": "y", "logFiles": []}
    assert decode(json.dumps(text).encode(), fetched(b"")) == Decoded(ObjectKind.DIGEST, CLOUDTRAIL.empty_table())


def test_event_of_a_record() -> None:
    whole = record(requestParameters={"bucketName": "plans", "roleArn": "arn:aws:iam::1:role/r"})
    (event,) = events_of(document(whole), fetched(b""))
    assert (event.id, event.action, event.source) == (whole["eventID"], "s3:PutBucketPolicy", "198.51.100.7")
    assert event.time == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert (event.scope.partition, event.scope.account, event.scope.region, event.scope.service) == (
        "aws",
        ACCOUNT,
        "eu-west-1",
        "s3",
    )
    assert (event.actor.type, event.actor.account, event.actor.source_identity) == (
        "AssumedRole",
        ACCOUNT,
        "ana@example.com",
    )
    assert event.targets == ("arn:aws:s3:::plans", "arn:aws:iam::1:role/r")
    assert event.record == whole
    assert event.origin is not None
    assert (event.origin.bucket, event.origin.key, event.origin.index) == ("logs", f"{FOLDER}/a.json.gz", 0)


def test_event_of_an_odd_record() -> None:
    whole = record(
        userIdentity="x", requestParameters=[1], resources="y", awsRegion="cn-north-1", recipientAccountId={}
    )
    (event,) = events_of(document(whole), fetched(b""))
    assert event.scope.partition == "aws-cn"
    assert (event.actor.type, event.targets, event.scope.account) == ("", (), "")
