"""Where a case is put, and what the cases of a company share."""

import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from tenfold.model.arn import Arn
from tenfold.sandbox.company.cases.dated import MADE
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.script import DATE, Answer, Script
from tenfold.sandbox.company.specs import Planted
from tenfold.sandbox.company.tables import PEOPLE

T = TypeVar("T")
Place = tuple[str, str]
"""An account and a region."""
TAKEN = 3
"""Blocks of a network that its first subnets have."""
_RICH, _FEWEST_RICH = 10, 4
"""One account in so many is full of things; the others are small."""


class Network(NamedTuple):
    """A VPC with a private subnet in each of two zones, `zones` by name, and a public subnet; ids.

    `outward_table` is the route table that leads to the internet, `group` a security group that lets nothing through,
    `volume` that of the first instance.
    """

    vpc: str
    cidr: str
    private: str
    other: str
    public: str
    outward_table: str
    zones: tuple[str, str]
    group: str
    volume: str


class Zone(NamedTuple):
    """A hosted zone: its id, its name, and the record sets that it is to have."""

    id: str
    name: str
    records: list[dict[str, Any]]


class Works:
    """The cases of a company in the making: the script, what was planted, and what several cases share.

    `rich` are the accounts that the cases are put into.

    Args:
        draft: the company.
        seed: decides every draw of the cases, apart from those of the draft.
    """

    def __init__(self, draft: Draft, seed: int) -> None:
        self.draft = draft
        self.rng = random.Random(f"{seed}/cases")  # noqa: S311 - it must repeat itself, nothing here is secret
        self.rich = self.rng.sample(draft.accounts, max(_FEWEST_RICH, draft.size // _RICH))
        self.script = Script()
        self.planted: list[Planted] = []
        self.networks: dict[Place, Network] = {}
        self.waiting: dict[Place, list[str]] = {}
        self.images: dict[Place, str] = {}
        self.default_networks: set[Place] = set()
        self.zones: dict[str, Zone] = {}
        self.providers: set[str] = set()
        self.runtimes: dict[str, str] = {}
        self._blocks: dict[Place, Iterator[str]] = {}
        self._next_network = 0
        self._next_name = 0

    def next_cidr(self) -> str:
        """The next block of the company's plan of address space, a /16 that no other network has."""
        self._next_network += 1
        return f"10.{self._next_network}.0.0/16"

    def next_block(self, place: Place) -> str:
        """The next /24 of the network of a place."""
        if place not in self._blocks:
            front = self.networks[place].cidr.removesuffix(".0.0/16")
            self._blocks[place] = (f"{front}.{number}.0/24" for number in range(TAKEN, 256))
        return next(self._blocks[place])

    def number(self) -> int:
        """A number that is given once, for names."""
        self._next_name += 1
        return self._next_name


class Spot:
    """A place for one case: an account and a region of the company."""

    def __init__(self, works: Works, account: str, region: str) -> None:
        self.works, self.account, self.region = works, account, region
        self.draft, self.rng = works.draft, works.rng
        self.neighbours = works.draft.neighbours

    @property
    def place(self) -> Place:
        """Account and region."""
        return self.account, self.region

    def elsewhere(self) -> "Spot":
        """The same region of another account of the company."""
        others = [account for account in self.works.rich if account != self.account]
        return Spot(self.works, self.rng.choice(others), self.region)

    def do(self, call: str, /, *, hand: str = "", **parameters: Any) -> Answer:
        """Write down a call to `service:Operation`; what it makes is dated back, but for what is made by hand."""
        answer = self.works.script.do(self.account, self.region, call, parameters, hand)
        if call in MADE and not hand:
            kind, name, asked = MADE[call]
            found = parameters[name] if asked else answer[name]
            dated = {"kind": kind, "name": found, "at": self.draft.age()}
            self.works.script.do(self.account, self.region, DATE, dated)
        return answer

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and region."""
        return str(Arn(self.draft.ground.partition, service, self.region, self.account, resource))

    def iam(self, resource: str, account: str = "") -> str:
        """The ARN of something of IAM's."""
        return self.draft.ground.iam(account or self.account, resource)

    def mark(self, slug: str, arn: str, why: str, *, decoy: bool) -> None:
        """Note what a resource was planted for."""
        self.works.planted.append(Planted(slug, arn, self.account, self.region, decoy, why))

    def name(self, word: str) -> str:
        """A name that is given once."""
        return f"{self.draft.company}-{word}-{self.works.number()}"

    def pick(self, table: Sequence[T]) -> T:
        """A row of a table."""
        return self.rng.choice(table)

    def owner(self) -> dict[str, str]:
        """Tags that say whose something is."""
        return {"owner": self.pick(PEOPLE), "env": self.draft.seats[self.account].short}

    def tags(self, name: str, *, owned: bool = True) -> list[dict[str, str]]:
        """Tags as most of AWS's APIs take them: a name, and an owner."""
        tags = {"Name": name, **(self.owner() if owned else {})}
        return [{"Key": key, "Value": value} for key, value in tags.items()]
