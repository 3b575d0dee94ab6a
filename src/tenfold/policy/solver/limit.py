"""How much may be searched before a question stays undecided."""


class LimitReachedError(Exception):
    """A search took more states than it may: what was looked for may or may not exist."""


class Limit:
    """Counts states.

    Args:
        most: how many there may be.
    """

    def __init__(self, most: int) -> None:
        self.most, self.used = most, 0

    def count(self, states: int = 1) -> None:
        """Count more states.

        Raises:
            LimitReachedError: when there are too many.
        """
        self.used += states
        if self.used > self.most:
            raise LimitReachedError(f"more than {self.most:,} states of the search")
