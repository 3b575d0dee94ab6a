"""How much of an input is taken: what is larger ends in a dead letter."""

import msgspec

MIB = 2**20


class Limits(msgspec.Struct, frozen=True):
    """In bytes: an object as stored, its text, one record; and how many records of an object.

    CloudTrail's own files have some tens of MB and some thousands of records at most.
    """

    stored: int = 64 * MIB
    text: int = 256 * MIB
    record: int = 16 * MIB
    records: int = 500_000


LIMITS = Limits()
