"""Reads that do not know of the last write yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.naming import is_data
from tenfold.sandbox.weather.draw import Attempts, Draw
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.weather.replicas import ABSENT, BLOCK, Before, Thing, as_they_were, before, keep
from tenfold.sandbox.wire import Reply

_LONGEST = timedelta(seconds=120)
_FRESH = 0.3  # share of reads that meet a replica which has the write already
# parameter of an IAM call -> the kind of resource that it names
_IAM_KINDS = {
    "GroupName": "group",
    "InstanceProfileName": "instance_profile",
    "PolicyArn": "policy",
    "RoleName": "role",
    "UserName": "user",
}


@dataclass
class _Write:
    """A write that not every replica has: what was there before, until when, and how often it was read since."""

    number: int
    before: Before
    until: datetime
    reads: int = 0


class Lag(Habit):
    """Reads of bucket settings, bucket lists and IAM lag a write by up to 120 s, and go back and forth till then."""

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._numbers = Attempts()
        self._writes: dict[Thing, list[_Write]] = {}

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Let a read see some things as they were; keep what a write is about to change."""
        if call.read_only:
            with as_they_were(list(self._stale(call, caller, now))):
                return ask(call, caller)
        kept = [(thing, keep(thing)) for thing in _written(call, caller)]
        reply = ask(call, caller)
        if kept and reply.status < BAD_REQUEST:
            self._forget(now)
            for thing, found in kept:
                if was := before(thing, found):
                    self._note(thing, was, now)
        return reply

    def _note(self, thing: Thing, was: Before, now: datetime) -> None:
        """No replica has a write before it has those that came first."""
        writes = self._writes.setdefault(thing, [])
        number = self._numbers.next("/".join(thing))
        until = now + self.draw.between(timedelta(0), _LONGEST, *thing, number)
        writes.append(_Write(number, was, max([until, *(write.until for write in writes)])))

    def _stale(self, call: Call, caller: Caller, now: datetime) -> Iterator[Before]:
        """What a read sees as it was before the first write that its replica lacks."""
        for thing in [thing for thing in self._writes if _reads(call, caller, thing)]:
            settings = call.service == "s3" and call.name != "s3:ListBuckets"
            lacking = [write for write in self._writes[thing] if write.until > now]
            shown = next((write for write in lacking if not settings or _stands(write.before)), None)
            if shown:
                shown.reads += 1
                if self.draw.share("replica", *thing, shown.number, shown.reads) >= _FRESH:
                    yield shown.before

    def _forget(self, now: datetime) -> None:
        """Drop the writes that every replica has."""
        current = {thing: [write for write in writes if write.until > now] for thing, writes in self._writes.items()}
        self._writes = {thing: writes for thing, writes in current.items() if writes}


def _stands(was: Before) -> bool:
    """Whether a bucket was there and still is: whether it exists is stale in lists only."""
    return was.value is not ABSENT and was.key in was.store


def _written(call: Call, caller: Caller) -> Iterator[Thing]:
    """What a write is about."""
    partition = get_partition(call.region)
    if call.service == "iam":
        for parameter, kind in _IAM_KINDS.items():
            if name := call.parameters.get(parameter):
                yield Thing(caller.account, partition, kind, str(name))
    elif call.service == "s3" and "Bucket" in call.parameters and not is_data(call):
        name = call.parameters["Bucket"]
        yield Thing(s3_backends.bucket_accounts.get(name, (partition, caller.account))[1], partition, "bucket", name)
    elif call.name in {"s3control:PutPublicAccessBlock", "s3control:DeletePublicAccessBlock"}:
        yield Thing(call.parameters["AccountId"], partition, BLOCK, BLOCK)


def _reads(call: Call, caller: Caller, thing: Thing) -> bool:
    """Whether a read is about a thing; callers are never so new that they are not there themselves."""
    if call.name == "s3:ListBuckets":
        return thing.kind == "bucket" and thing.account == caller.account
    if call.service == "s3" and not is_data(call):
        return thing.kind == "bucket" and thing.name == call.parameters.get("Bucket")
    if call.service == "s3control":
        return thing.kind == BLOCK and thing.account == call.parameters.get("AccountId")
    if call.service != "iam" or thing.kind not in _IAM_KINDS.values() or thing.account != caller.account:
        return False
    return (thing.kind, thing.name) != (("role", caller.issuer.name) if caller.issuer else ("user", caller.name))
