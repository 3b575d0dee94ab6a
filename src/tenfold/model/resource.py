"""Resources and their facets: a value, Absent, or a Gap; never a guess."""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from tenfold.model.arn import Scope
from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind

Json = Any
"""A decoded API answer or policy: dict, list, str, int, float, bool, datetime or None."""


class _Absent(enum.Enum):
    """AWS says that there is none. Falsy, and reads like an empty mapping."""

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False

    def get(self, _key: str, default: Json = None) -> Json:
        """What an empty mapping answers: the default."""
        return default


ABSENT: Final = _Absent.ABSENT
Absent = Literal[_Absent.ABSENT]


class Fact(msgspec.Struct, frozen=True, omit_defaults=True):
    """One read of one facet: a value, or `absent`, or a `gap`; true at `as_of`."""

    as_of: datetime
    value: Json = None
    absent: bool = False
    gap: Gap | None = None


class Resource(msgspec.Struct, frozen=True, dict=True):
    """One thing in AWS.

    `kind` is `service.thing` (`s3.bucket`); `facets` maps a facet's name to what was read of it;
    `related` holds ARNs of resources that it belongs to or names.
    """

    arn: str
    kind: str
    scope: Scope
    name: str
    tags: Mapping[str, str] = {}
    created_at: datetime | None = None
    facets: Mapping[str, Fact] = {}
    related: tuple[str, ...] = ()

    def __getitem__(self, facet: str) -> Json:
        """The facet's value, or ABSENT.

        Raises:
            GapError: when it was not read; the reason is inside.
        """
        fact = self.facets.get(facet)
        if fact is None:
            raise GapError(Gap(GapKind.NOT_READ, f"facet {facet} was not asked for"), where=self.arn)
        if fact.gap is not None:
            raise GapError(fact.gap, where=f"{facet} of {self.arn}")
        return ABSENT if fact.absent else fact.value

    def gap(self, facet: str) -> Gap | None:
        """Why the facet was not read; None when it was read or never asked for."""
        fact = self.facets.get(facet)
        return fact.gap if fact else None
