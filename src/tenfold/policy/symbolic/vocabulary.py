"""What policies compare requests with: by which keys, in which ways, and the values that make a difference."""

import base64
import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from tenfold.policy.addresses import EVERYWHERE, INTERNET, AddressSet, address_set
from tenfold.policy.conditions import Operator, moment, network, number, operator
from tenfold.policy.identities import IDENTITY_KEYS, fixed, segment_fixed
from tenfold.policy.match import UNKNOWN, Variable, filled, is_wild, pattern
from tenfold.policy.parse import Condition, Policy, Principals, Statement
from tenfold.policy.symbolic.views import Items, arn_items, items

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_OTHER_BYTES = base64.b64encode(b"tenfold").decode()
_BOOLEANS = ("true", "false")
_SECOND = timedelta(seconds=1)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_TEXTS = frozenset({"string", "arn"})

Test = tuple[Condition, Operator]


class Vocabulary:
    """What some policies mention, each read once.

    Args:
        policies: all that a question is about.
        owner: the account that owns the resource; empty when it is not known.
        partition: whose ARNs are meant; empty takes it from the policies.
    """

    def __init__(self, policies: Sequence[Policy], owner: str = "", partition: str = "") -> None:
        self.policies, self.owner = tuple(policies), owner
        self._partition = partition
        self._finite: dict[str, tuple[str, ...] | None] = {}

    @property
    def statements(self) -> Iterator[Statement]:
        """All statements of all policies."""
        return (statement for policy in self.policies for statement in policy.statements)

    @cached_property
    def tests(self) -> dict[str, list[Test]]:
        """The conditions by key, in lower case, without those whose operator IAM does not have."""
        found: dict[str, list[Test]] = {}
        for statement in self.statements:
            for condition in statement.conditions:
                named = operator(condition.operator)
                rows = found.setdefault(condition.key.lower(), [])
                if named is not None:
                    rows.append((condition, named))
        return found

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The keys that decide something: of conditions and of policy variables."""
        texts = [text for one in self.statements for text in (*(one.resources or ()), *(one.not_resources or ()))]
        texts += [value for one in self.statements for condition in one.conditions for value in condition.values]
        spoken = (pattern(text, variables=True) for text in texts if "${" in text)
        keys = {item.key for row in spoken for item in row if isinstance(item, Variable)}
        return frozenset(self.tests) | keys

    @cached_property
    def named(self) -> tuple[Principals, ...]:
        """Every Principal and NotPrincipal element."""
        return tuple(
            named for one in self.statements for named in (one.principals, one.not_principals) if named is not None
        )

    @cached_property
    def resources(self) -> tuple[str, ...]:
        """Every entry of Resource and NotResource."""
        return tuple(text for one in self.statements for text in (*(one.resources or ()), *(one.not_resources or ())))

    @cached_property
    def partition(self) -> str:
        """The partition of the resource's ARN."""
        if self._partition:
            return self._partition
        arns = (text.split(":")[1] for text in (*self.resources, *self._arns) if text.startswith("arn:"))
        return next((part for part in arns if part and "*" not in part), "aws")

    @property
    def _arns(self) -> Iterator[str]:
        return (name for named in self.named for name in (*named.aws, *named.federated) if name.count(":") > 1)

    @cached_property
    def services(self) -> frozenset[str]:
        """The services whose actions are named outright, in lower case; where there are none, whose resources are."""
        actions = (text for one in self.statements for text in (*(one.actions or ()), *(one.not_actions or ())))
        return _plain(text.partition(":")[0] for text in actions if ":" in text) or self.holders

    @cached_property
    def holders(self) -> frozenset[str]:
        """The services whose resources are named outright, in lower case."""
        return _plain(text.split(":")[2] for text in self.resources if text.count(":") > 1)

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The accounts that Principal elements and conditions name, and the owner."""
        texts = [name for named in self.named for name in named.aws]
        texts += [value for key in self.identities for one, _ in self.tests[key] for value in one.values]
        own = frozenset((self.owner,) if self.owner else ())
        return own.union(*(_ACCOUNT.findall(text) for text in texts))

    @cached_property
    def identities(self) -> tuple[str, ...]:
        """The keys that are compared and tell callers apart whom nobody can pretend to be."""
        return tuple(sorted(IDENTITY_KEYS & self.tests.keys()))

    def rows(self, key: str) -> list[Items]:
        """The patterns that a key is compared with as a text."""
        return [row for row, _ in self._rows(key)]

    def fixed_rows(self, key: str) -> list[Items]:
        """Those of the patterns that mean one known account, organisation or thing."""
        return [row for row, closed in self._rows(key) if closed]

    def _rows(self, key: str) -> Iterator[tuple[Items, bool]]:
        for condition, named in self.tests.get(key, ()):
            for value in condition.values if named.family in _TEXTS else ():
                glob = filled(pattern(value, variables=True, wild=named.wild), lambda _key: None)
                if glob is None or glob is UNKNOWN:
                    continue
                row, by_parts = items(glob, fold="IgnoreCase" in condition.operator), named.family == "arn"
                parts = arn_items(row) if by_parts else row
                yield parts or row, fixed(key, glob) or (by_parts and segment_fixed(glob))

    @cached_property
    def canonical(self) -> dict[str, str]:
        """Canonical user ids of unknown accounts, each with a number that stands for its account."""
        names = dict.fromkeys(name for named in self.named for name in named.canonical)
        free = (f"{number:012}" for number in range(900_000_000_000, 10**12))
        return dict(zip(names, (one for one in free if one not in self.accounts), strict=False))

    def finite(self, key: str, *, beside: AddressSet | None = None) -> tuple[str, ...] | None:
        """The values of a key that make a difference; empty when it is compared in ways that do not go together.

        None for a key that is compared as text. Addresses are of the internet, those in `beside` left out.
        """
        families = {named.family for _, named in self.tests.get(key, ())} - {"null"}
        others = families - _TEXTS
        if not others:
            return None
        texts = [condition for condition, named in self.tests[key] if named.family in _TEXTS]
        if len(others) > 1 or any(is_wild(v, variables=True) or "${" in v for one in texts for v in one.values):
            return ()
        wants = [value for condition, named in self.tests[key] if named.family in others for value in condition.values]
        literal = [value for condition in texts for value in condition.values]
        family = others.pop()
        made = self._addresses(wants, beside) if family == "address" else _MAKERS[family](wants)
        return tuple(dict.fromkeys((*made, *literal)))

    @staticmethod
    def _addresses(wants: Iterable[str], beside: AddressSet | None) -> Iterator[str]:
        """One address of each part into which the blocks cut the space."""
        cells = [EVERYWHERE if beside is None else INTERNET - beside]
        for block in dict.fromkeys(block for block in map(network, wants) if block is not None):
            inside = address_set([block])
            cells = [part for cell in cells for part in (cell - inside, cell & inside) if part]
        return ((cell & INTERNET or cell).one() for cell in cells)

    def blocks(self, key: str) -> AddressSet:
        """The addresses that are named under a key."""
        wants = (value for one, named in self.tests.get(key, ()) if named.family == "address" for value in one.values)
        return address_set(filter(None, map(network, wants)))


def _plain(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names if name and "*" not in name and "?" not in name)


def _numbers(wants: Iterable[str]) -> Iterator[str]:
    """Thresholds, and what lies before, between and after them; requests carry no negative numbers."""
    marks = sorted({found for found in map(number, wants) if found is not None})
    if not marks:
        yield "1"
        return
    yield from (format(one, "f") for one in (*_before(marks[0]), *marks, *_between(marks), marks[-1] + 1))


def _before(mark: Decimal) -> tuple[Decimal, ...]:
    return (mark - 1,) if mark >= 1 else (mark / 2,) if mark > 0 else ()


def _between(marks: Sequence[Decimal]) -> Iterator[Decimal]:
    """What lies between is a whole number, where the marks are whole numbers."""
    for low, high in pairwise(marks):
        if low == int(low) and high == int(high):
            if high - low > 1:
                yield low + 1
        else:
            yield (low + high) / 2


def _dates(wants: Iterable[str]) -> Iterator[str]:
    marks = sorted({found.astimezone(UTC) for found in map(moment, wants) if found is not None})
    near = (one + step for one in marks for step in (-_SECOND, 0 * _SECOND, _SECOND) if _FIRST < one < _LAST)
    yield from (one.isoformat().replace("+00:00", "Z") for one in sorted(set(near)))
    if not marks:
        yield "2026-01-01T00:00:00Z"


_MAKERS: dict[str, Callable[[Iterable[str]], Iterable[str]]] = {
    "numeric": _numbers,
    "date": _dates,
    "bool": lambda _wants: _BOOLEANS,
    "binary": lambda wants: (*wants, _OTHER_BYTES),
}


def valid_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
