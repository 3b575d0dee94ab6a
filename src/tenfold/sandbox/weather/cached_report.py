"""The credential report, which AWS makes anew only when the last one is 4 hours old."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tenfold.sandbox.calls import Call, service_model
from tenfold.sandbox.faults import BAD_REQUEST, NOT_FOUND, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.weather.draw import Draw
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply

_KEPT = timedelta(hours=4)
_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(seconds=12)
_WORKING = "No report exists. Inform the user that a report is being generated."  # [K]


@dataclass(frozen=True)
class _Report:
    """A report: when it was asked for, when it is ready, and what it says."""

    asked: datetime
    ready: datetime
    content: Reply


class CachedReport(Habit):
    """The credential report takes some seconds to be made, and is then the same one for 4 hours."""

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._reports: dict[str, _Report] = {}

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Ask for a report, or give the one that there is."""
        if call.name == "iam:GenerateCredentialReport":
            return self._generate(call, caller, now, ask)
        if call.name == "iam:GetCredentialReport":
            return self._get(call, caller, now, ask)
        return ask(call, caller)

    def _generate(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        reply = ask(call, caller)
        if reply.status >= BAD_REQUEST:
            return reply
        report = self._reports.get(caller.account)
        if report is None or now - report.asked >= _KEPT:
            ready = now + self.draw.between(_SHORTEST, _LONGEST, caller.account)
            self._reports[caller.account] = _Report(now, ready, _read(call, caller, ask))
            return serialize(call, {"State": "STARTED", "Description": "No report exists. Starting a new report."})
        return serialize(call, {"State": "COMPLETE" if now >= report.ready else "INPROGRESS"})

    def _get(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        reply, report = ask(call, caller), self._reports.get(caller.account)
        if report is None or reply.status >= BAD_REQUEST:
            return reply
        if now < report.ready:
            return fault(call, "ReportInProgress", _WORKING, NOT_FOUND)
        return report.content


def _read(call: Call, caller: Caller, ask: Ask) -> Reply:
    """What the report says at this moment, whoever asked for it to be made."""
    model = service_model(call.service)
    assert model is not None
    read = "GetCredentialReport"
    return ask(replace(call, operation=read, model=model.operation_model(read)), caller)
