"""Where the sandbox's own ids come from: the same seed gives the same ones, in the same order."""

import hashlib
import random
import string
from uuid import UUID

_LETTERS = string.ascii_letters + string.digits


class Dice:
    """Draws of one seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - ids must repeat themselves, nothing here is secret

    def uuid(self) -> str:
        """A version 4 UUID."""
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def letters(self, count: int) -> str:
        """Letters and digits, as the end of a log file's name has them."""
        return "".join(self._rng.choices(_LETTERS, k=count))


def dice_of(*facts: str) -> Dice:
    """Draws that follow from facts alone, whenever they are made."""
    return Dice(int.from_bytes(hashlib.sha256("\n".join(facts).encode()).digest()))
