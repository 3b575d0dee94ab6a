"""From a call and its answer to the CloudTrail records of it."""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.parsers import ResponseParserError, create_parser

from tenfold.sandbox import ec2_elements, elements, s3_elements
from tenfold.sandbox.calls import Call
from tenfold.sandbox.dice import Dice
from tenfold.sandbox.endpoints import endpoint_host
from tenfold.sandbox.faults import read_fault
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.journal import Record
from tenfold.sandbox.naming import error_code, event_name, event_region, event_source, is_data
from tenfold.sandbox.resources import owner_of, resources
from tenfold.sandbox.tables import API_VERSIONS
from tenfold.sandbox.user_identity import stranger, user_identity
from tenfold.sandbox.wire import Reply

EVENT_VERSION = "1.11"
CONSOLE = "x-sandbox-console"
"""A header for the sandbox alone: a call that has it is made through the console."""
CIPHER = "TLS_AES_128_GCM_SHA256"
_DENIALS = ("AccessDenied", "UnauthorizedOperation", "Client.UnauthorizedOperation")


@dataclass(frozen=True)
class Recorder:
    """Makes the records of calls.

    Args:
        dice: draws their ids.
        console_keys: the access keys of the sessions that began with a sign-in to the console.
    """

    dice: Dice
    console_keys: Container[str] = ()

    def of(self, call: Call, caller: Caller, reply: Reply, now: datetime) -> Iterator[Record]:
        """The record for the caller's account, and one for the owner's when the resource is of another account.

        Both carry the same `sharedEventID`. There is none of a call that no known caller makes and that meets
        nobody's resource.
        """
        owner = owner_of(call)
        record = self._record(call, caller, reply, now, owner)
        if owner in {None, caller.account}:
            if caller is not ANONYMOUS:
                yield record
            return
        shared = {"sharedEventID": self.dice.uuid()}
        if caller is not ANONYMOUS:
            yield record | shared
        seen_by_owner = {"eventID": self.dice.uuid(), "userIdentity": stranger(caller), "recipientAccountId": owner}
        yield record | shared | seen_by_owner

    def _record(self, call: Call, caller: Caller, reply: Reply, now: datetime, owner: str | None) -> Record:
        request_id = _request_id(reply) or self.dice.uuid()
        error = read_fault(call, reply)
        record: Record = {
            "eventVersion": EVENT_VERSION,
            "userIdentity": user_identity(caller),
            "eventTime": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": event_source(call),
            "eventName": event_name(call),
            "awsRegion": event_region(call),
            "sourceIPAddress": call.wire.header("x-forwarded-for") or call.wire.address,
            "userAgent": _user_agent(call),
        }
        if error:
            record |= {"errorCode": error_code(call, error[0])} | ({"errorMessage": error[1]} if error[1] else {})
        record["requestParameters"] = _request_parameters(call, caller, record.get("errorCode"))
        record["responseElements"] = None if error else _response_elements(call, reply, request_id)
        if call.service == "sqs":
            record = _with_aws_host(record, call)
        return record | self._rest(call, caller, reply, request_id, owner)

    def _rest(self, call: Call, caller: Caller, reply: Reply, request_id: str, owner: str | None) -> Record:
        data = is_data(call)
        rest: Record = {}
        if call.service in {"s3", "s3control"}:
            rest["additionalEventData"] = _transfer(call, reply, self.dice.uuid())
        rest |= {"requestID": request_id, "eventID": self.dice.uuid(), "readOnly": call.read_only}
        if found := resources(call, caller, owner):
            rest["resources"] = found
        rest["eventType"] = "AwsApiCall"
        if version := API_VERSIONS.get(call.service):
            rest["apiVersion"] = version
        rest |= {
            "managementEvent": not data,
            "recipientAccountId": caller.account,
            "eventCategory": "Data" if data else "Management",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": CIPHER,
                "clientProvidedHostHeader": _host(call, caller),
            },
        }
        if call.wire.header(CONSOLE) or caller.access_key in self.console_keys:
            rest["sessionCredentialFromConsole"] = "true"
        return rest


def _with_aws_host(record: Record, call: Call) -> Record:
    """Queues by the URLs that they would have with AWS."""
    ours, theirs = f"http://{call.wire.header('host')}/", f"https://{endpoint_host('sqs', call.region)}/"
    text: Record = json.loads(json.dumps(record).replace(json.dumps(ours)[1:-1], theirs))
    return text


def _request_parameters(call: Call, caller: Caller, code: str | None) -> Any:
    if call.service in {"s3", "s3control"}:
        return s3_elements.request_parameters(call, caller.account)
    if call.model is None:
        return None
    if call.service == "ec2":
        return ec2_elements.request_parameters(call)
    return None if code and code.startswith(_DENIALS) else elements.request_parameters(call)


def _response_elements(call: Call, reply: Reply, request_id: str) -> Any:
    if call.model is None or (call.read_only and not call.name.startswith("sts:AssumeRole")):
        return None
    if call.service in {"s3", "s3control"}:
        return s3_elements.response_elements(call, reply)
    answer = _parsed(call, reply)
    if call.service == "ec2":
        return ec2_elements.response_elements(call, answer, reply, request_id)
    return elements.response_elements(call, answer)


def _parsed(call: Call, reply: Reply) -> Mapping[str, Any]:
    """The answer by the model of the service; nothing when moto's answer does not fit it."""
    assert call.model is not None
    headers = {key.lower(): value for key, value in reply.headers}
    response = {"status_code": reply.status, "headers": headers, "body": reply.body}
    try:
        parsed: Mapping[str, Any] = create_parser(call.protocol).parse(response, call.model.output_shape)
    except (ResponseParserError, ValueError, KeyError):
        return {}
    return parsed


def _request_id(reply: Reply) -> str:
    return reply.header("x-amzn-requestid") or reply.header("x-amz-request-id")


def _user_agent(call: Call) -> str:
    agent = call.wire.header("user-agent")
    return f"[{agent}]" if call.service in {"s3", "s3control"} else agent


def _host(call: Call, caller: Caller) -> str:
    if call.service in {"s3", "s3control"}:
        return s3_elements.host(call, caller.account)
    prefix = call.model.service_model.endpoint_prefix if call.model else call.service
    return endpoint_host(str(prefix), event_region(call))


def _transfer(call: Call, reply: Reply, fresh_id: str) -> dict[str, Any]:
    by_query = "X-Amz-Signature" in call.wire.request().args
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": CIPHER,
        "bytesTransferredIn": len(call.wire.body),
        "AuthenticationMethod": "QueryString" if by_query else "AuthHeader",
        "x-amz-id-2": reply.header("x-amz-id-2") or fresh_id,
        "bytesTransferredOut": len(reply.body),
    }
