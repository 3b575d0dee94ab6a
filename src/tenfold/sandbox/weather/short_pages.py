"""Pages of lists that are shorter than they were asked to be, or empty, and still not the last."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import botocore.session
from botocore.exceptions import DataNotFoundError
from botocore.parsers import ResponseParserError, create_parser

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.weather.draw import Draw, fate
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply

_SHARE = 0.3
_EMPTY = 0.2  # share of the cuts that leave nothing
_REMEMBERED = 200
_TOKEN_LENGTH = 48
# Services that answer so; others give as much as fits into a page
_WHOLE = frozenset({"ListPublicKeys"})  # whose tokens AWS keeps for later: its own CLI reads one page
_SERVICES = frozenset({"cloudtrail", "config", "guardduty", "iam", "lambda", "organizations", "securityhub", "ssm"})


class _Paging(NamedTuple):
    """How an operation pages: parameter and member that carry the token, the list, and what says that there is more."""

    token: str
    next: str
    rows: str
    more: str | None


class ShortPages(Habit):
    """Some pages of lists are short or empty and still have a NextToken."""

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._rests: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Cut a page in two; the token of the first leads to the second."""
        del now
        paging = (
            _paging(call.service, call.operation)
            if call.service in _SERVICES and call.operation not in _WHOLE
            else None
        )
        if paging is None:
            return ask(call, caller)
        if rest := self._rests.get(str(call.parameters.get(paging.token))):
            return serialize(call, rest)
        reply = ask(call, caller)
        what = fate(call, caller)
        if reply.status >= BAD_REQUEST or self.draw.share(what) >= _SHARE:
            return reply
        page = _parsed(call, reply)
        return serialize(call, self._cut(page, paging, what)) if page.get(paging.rows) else reply

    def _cut(self, page: dict[str, Any], paging: _Paging, what: str) -> dict[str, Any]:
        """The first part of a page; the rest is kept for who comes with its token."""
        rows = page[paging.rows]
        at = 0 if self.draw.share("empty", what) < _EMPTY else int(self.draw.share("at", what) * len(rows))
        token = hashlib.sha256(f"{self.draw.share('token', what)}".encode()).hexdigest()[:_TOKEN_LENGTH]
        self._rests[token] = page | {paging.rows: rows[at:]}
        if len(self._rests) > _REMEMBERED:
            self._rests.popitem(last=False)
        more = {paging.more: True} if paging.more else {}
        return page | {paging.rows: rows[:at], paging.next: token} | more


@cache
def _paging(service: str, operation: str) -> _Paging | None:
    """The paging of an operation with one list and one token; None for any other."""
    try:
        found: Mapping[str, Any] = _paginators(service).get(operation, {})
    except DataNotFoundError:
        return None
    token, following, rows = (found.get(name) for name in ("input_token", "output_token", "result_key"))
    if not (isinstance(token, str) and isinstance(following, str) and isinstance(rows, str)):
        return None
    return None if "." in following + rows else _Paging(token, following, rows, found.get("more_results"))


@cache
def _paginators(service: str) -> dict[str, Any]:
    loader = botocore.session.get_session().get_component("data_loader")
    pagination: dict[str, Any] = loader.load_service_model(service, "paginators-1")["pagination"]
    return pagination


def _parsed(call: Call, reply: Reply) -> dict[str, Any]:
    """The answer by the service's model; nothing when it does not fit it."""
    assert call.model is not None
    response = {"status_code": reply.status, "headers": {k.lower(): v for k, v in reply.headers}, "body": reply.body}
    try:
        parsed: dict[str, Any] = create_parser(call.protocol).parse(response, call.model.output_shape)
    except (ResponseParserError, ValueError, KeyError):
        return {}
    parsed.pop("ResponseMetadata", None)
    return parsed
