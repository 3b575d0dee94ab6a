"""A plan in the making: what the seed draws, and what has been put down so far."""

import random
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TypeVar

from tenfold.model.arn import Arn
from tenfold.sandbox.company.chart import LEAST, chart
from tenfold.sandbox.company.specs import Bucket, Ground, Holder, ManagedPolicy, Mark, Neighbours, Root, Shape, Trail
from tenfold.sandbox.company.tables import COMPANIES, GLOBAL_REGION, PEOPLE, REGIONS, TOPICS

T = TypeVar("T")

_TWELVE_DIGITS = range(10**11, 10**12)
_OLDEST, _NEWEST = 1200, 20
_ACCOUNTS_A_ROUND = 40  # a company of so many more has each case once more
_LEGACY = 600  # buckets made without ownership controls are older than AWS's present default


class Draft:
    """What is drawn, and what has been put down so far.

    Args:
        seed: decides every draw.
        ground: the organisation that it is planted in.
    """

    def __init__(self, seed: int, ground: Ground) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a plan must repeat itself, nothing here is secret
        self.ground = ground
        self.accounts = tuple(ground.accounts.values())
        self.seats = {ground.accounts[seat.role]: seat for seat in chart(seed, len(self.accounts))}
        self.size = len(self.accounts)
        self.rounds = 1 + (self.size - LEAST) // _ACCOUNTS_A_ROUND
        self.company = self.rng.choice(COMPANIES)
        self.home = self.rng.choice(REGIONS)
        self.neighbours = _neighbours(self.rng, set(self.accounts))
        blocked = set(self.rng.sample(self.accounts, self.share(self.rng.choice((1, 1, 2)))))
        self.blocked = tuple(account for account in self.accounts if account in blocked)
        self.unblocked = tuple(account for account in self.accounts if account not in blocked)
        self.strict = tuple(self.rng.sample(self.accounts, self.share(self.rng.randint(1, 3))))
        self.roots: list[Root] = []
        self.policies: list[ManagedPolicy] = []
        self.holders: list[Holder] = []
        self.buckets: list[Bucket] = []
        self.trails: list[Trail] = []
        self.marks: list[Mark] = []
        self.log_store = f"{self.company}-log-store"
        self._names: dict[Sequence[str], Iterator[str]] = {}

    def account(self) -> str:
        """Any account."""
        return self.rng.choice(self.accounts)

    def some(self, least: int, most: int, table: Sequence[T]) -> list[T]:
        """Between `least` and `most` rows of a table, each at most once."""
        return self.rng.sample(table, self.rng.randint(least, most))

    def share(self, of_four: int) -> int:
        """As many accounts of the company as so many of four are."""
        return of_four * self.size // LEAST

    def chance(self, share: float) -> bool:
        """True in that share of the draws."""
        return self.rng.random() < share

    def name(self, pool: tuple[str, ...]) -> str:
        """A name of the pool that was not given away before."""
        if pool not in self._names:
            self._names[pool] = self._endless(pool)
        return next(self._names[pool])

    def _endless(self, pool: tuple[str, ...]) -> Iterator[str]:
        """The names of a pool in the order drawn, then numbered ones."""
        drawn = self.rng.sample(pool, len(pool))
        yield from drawn
        for number in count(2):
            yield from (f"{name}-{number}" for name in drawn)

    def age(self) -> int:
        """How many days ago something ordinary was made."""
        return self.rng.randint(_NEWEST, _OLDEST)

    def mark(self, check: str, arn: str, *, risk: bool, why: str) -> None:
        """Note what a resource was planted for."""
        self.marks.append(Mark(check, arn, risk, why))

    def bucket_name(self, account: str, topic: str = "") -> str:
        """A bucket's name: company, account, topic."""
        return f"{self.company}-{self.seats[account].short}-{topic or self.name(TOPICS)}"

    def bucket_arn(self, name: str) -> str:
        """A bucket's ARN."""
        return str(Arn(self.ground.partition, "s3", "", "", name))

    def bucket(self, account: str, name: str, shape: Shape) -> Bucket:
        """Put down a bucket of that shape, with a region, age and ordinary settings of its own."""
        region = GLOBAL_REGION if shape.vpc else self.rng.choice((self.home, self.home, self.rng.choice(REGIONS)))
        tags = {"owner": self.rng.choice(PEOPLE), "env": self.seats[account].short} if self.chance(0.6) else {}
        made = self.age() + (0 if shape.ownership else _LEGACY)
        bucket = Bucket(account, name, region, made, shape, tags, self.chance(0.4), self.chance(0.4))
        self.buckets.append(bucket)
        return bucket

    def holder(self, holder: Holder) -> str:
        """Put down a user, group or role; gives its ARN."""
        self.holders.append(holder)
        return self.arn_of(holder)

    def arn_of(self, holder: Holder) -> str:
        """The ARN of a user, group or role."""
        return self.ground.iam(holder.account, f"{holder.kind}{holder.path}{holder.name}")


def _neighbours(rng: random.Random, own: set[str]) -> Neighbours:
    drawn = (str(number) for number in rng.sample(_TWELVE_DIGITS, 12))
    ids = tuple(account for account in drawn if account not in own)
    canonical_user = f"{rng.getrandbits(256):064x}"
    return Neighbours(ids[:2], ids[2:4], ids[4:7], canonical_user, f"o-{canonical_user[:10]}")
