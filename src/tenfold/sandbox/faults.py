"""Errors in the form of the caller's protocol, and what an error answer says."""

import json
import re
from html import unescape
from uuid import uuid4
from xml.sax.saxutils import escape

from tenfold.sandbox.calls import Call
from tenfold.sandbox.wire import Reply

MOVED, BAD_REQUEST, FORBIDDEN, NOT_FOUND, SERVER_FAULT, UNAVAILABLE = 301, 400, 403, 404, 500, 503

_CODE = re.compile(r"<Code>(.*?)</Code>", re.DOTALL)
_MESSAGE = re.compile(r"<Message>(.*?)</Message>", re.DOTALL)


def fault(call: Call, code: str, message: str, status: int) -> Reply:
    """An error answer in the form of the call's protocol; the answer to HEAD has no body."""
    if call.wire.method == "HEAD":
        return Reply(status)
    if call.protocol in _XML_FORMS:
        text = _XML_FORMS[call.protocol].format(code=escape(code), message=escape(message), request=uuid4())
        return Reply(status, [("Content-Type", "text/xml")], text.encode())
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
    return Reply(status, headers, json.dumps({"__type": code, "message": message}).encode())


def read_fault(call: Call, reply: Reply) -> tuple[str, str] | None:
    """Code and message of an error answer; None when the call went well."""
    if reply.status < BAD_REQUEST and reply.status != MOVED:
        return None
    if call.wire.method == "HEAD" or not reply.body:
        return _NAMES_OF_STATUS.get(reply.status, str(reply.status)), ""
    text = reply.body.decode(errors="replace")
    return _read_xml(text) if text.lstrip().startswith("<") else _read_json(reply, text)


def _read_xml(text: str) -> tuple[str, str]:
    code, message = _CODE.search(text), _MESSAGE.search(text)
    return (unescape(code[1]) if code else "InternalFailure"), (unescape(message[1]) if message else "")


def _read_json(reply: Reply, text: str) -> tuple[str, str]:
    try:
        value = json.loads(text)
    except ValueError:
        value = {}
    code = reply.header("x-amzn-errortype") or value.get("__type") or value.get("code") or "InternalFailure"
    return code.split(":")[0].split("#")[-1], value.get("message") or value.get("Message") or ""


_NAMES_OF_STATUS = {
    MOVED: "PermanentRedirect",
    BAD_REQUEST: "BadRequest",
    FORBIDDEN: "AccessDenied",
    NOT_FOUND: "NoSuchKey",
}
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ERROR = "<Code>{code}</Code><Message>{message}</Message>"
_XML_FORMS = {
    "ec2": f"{_DECLARATION}<Response><Errors><Error>{_ERROR}</Error></Errors>"
    "<RequestID>{request}</RequestID></Response>",
    "query": f"{_DECLARATION}<ErrorResponse><Error><Type>Sender</Type>{_ERROR}</Error>"
    "<RequestId>{request}</RequestId></ErrorResponse>",
    "rest-xml": f"{_DECLARATION}<Error>{_ERROR}<RequestId>{{request}}</RequestId></Error>",
}
