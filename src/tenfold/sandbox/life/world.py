"""What the living company has made and knows of itself; the truth of a life is read from it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from tenfold.sandbox.company.truth import AddressSpan, PlannedChange


@dataclass
class Instance:
    """A machine that the life has started. `association` is there while it has an elastic address."""

    id: str
    started: datetime
    private: str
    association: str = ""
    allocation: str = ""


@dataclass
class Estate:
    """What the life has in one account."""

    partition: str
    account: str
    region: str
    vpc: str = ""
    subnet: str = ""
    group: str = ""
    logs: str = ""
    bucket: str = ""
    volume: str = ""
    instances: list[Instance] = field(default_factory=list)
    snapshots: deque[str] = field(default_factory=deque)
    open_ports: list[int] = field(default_factory=list)


class World:
    """The estates by account, every change that was made, and who had which address when."""

    def __init__(self) -> None:
        self.estates: dict[str, Estate] = {}
        self.changes: list[PlannedChange] = []
        self._open: dict[tuple[str, str], AddressSpan] = {}
        self._closed: list[AddressSpan] = []

    def assign(self, span: AddressSpan) -> None:
        """An address is somebody's from now on."""
        self._open[span.vpc or span.account, span.address] = span

    def free(self, place: str, address: str, at: datetime) -> None:
        """An address is nobody's any more; `place` is its VPC, for a public one its account."""
        span = self._open.pop((place, address), None)
        if span is not None:
            self._closed.append(AddressSpan(span.address, span.vpc, span.account, span.resource, span.start, at))

    def addresses(self) -> tuple[AddressSpan, ...]:
        """Every interval, those that go on without an end, in order of their beginning."""
        return tuple(sorted([*self._closed, *self._open.values()], key=lambda span: (span.start, span.address)))
