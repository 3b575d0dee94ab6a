"""How much of an input is taken: what is larger ends in a dead letter."""

import msgspec

MIB = 2**20


class Limits(msgspec.Struct, frozen=True):
    """In bytes: an object as stored, its text, one record. CloudTrail's own files have some tens of MB at most."""

    stored: int = 64 * MIB
    text: int = 256 * MIB
    record: int = 16 * MIB


LIMITS = Limits()
