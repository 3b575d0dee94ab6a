"""Block public access: the two flags that act on reads, over bucket, account and access point."""

from collections.abc import Mapping

import msgspec

from tenfold.model.gap import Gap
from tenfold.model.resource import ABSENT
from tenfold.policy.exposure import Block


class Flag(msgspec.Struct, frozen=True):
    """One flag over all levels: on, off, or None when a level was not read and no other has it on."""

    name: str
    on: bool | None
    reason: str


def flag(name: str, levels: Mapping[str, Block]) -> Flag:
    """`IgnorePublicAcls` or `RestrictPublicBuckets`: on as soon as one level has it on.

    The other two flags act on writes only and cut no access that exists.
    """
    gaps = []
    for level, block in levels.items():
        if isinstance(block, Gap):
            gaps.append(f"the {level}'s public access block was not read: {block.reason}")
        elif block is not ABSENT and block.get(name) is True:
            return Flag(name, on=True, reason=f"{name} is on ({level})")
    if gaps:
        return Flag(name, on=None, reason=gaps[0])
    return Flag(name, on=False, reason=f"{name} is off")
