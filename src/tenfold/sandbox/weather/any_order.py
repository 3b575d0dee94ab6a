"""Lists of AWS Organizations, which come in no particular order."""

import json
from datetime import datetime

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply


class AnyOrder(Habit):
    """The lists of AWS Organizations are in no order that means anything."""

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Put the rows of a list into an order of their own."""
        del now
        reply = ask(call, caller)
        if call.service != "organizations" or not call.operation.startswith("List") or reply.status >= BAD_REQUEST:
            return reply
        answer = json.loads(reply.body)
        for rows in answer.values():
            if isinstance(rows, list):
                rows.sort(key=self.draw.share)
        headers = [(name, value) for name, value in reply.headers if name.lower() != "content-length"]
        return Reply(reply.status, headers, json.dumps(answer).encode())
