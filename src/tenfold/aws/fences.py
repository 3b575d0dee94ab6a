"""Service control policies that forbid us to read: one probe and one line each."""

import re
import threading

from tenfold.model.gap import Gap, GapKind

_RESOURCE = re.compile(r'on resource: "?(?P<arn>[^"\s]+)')


class Fences:
    """Remembers which calls an SCP denies, so that they are not made again.

    A denial that names no resource, or `*`, closes the call for the account and region at once; one that names a
    resource closes it when a second resource meets the same SCP and the call never succeeded, since an SCP may
    well forbid one bucket and no other. Two resources behind two SCPs are two such cases, and close nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed: dict[tuple[str, str, str], Gap] = {}
        self._met: dict[tuple[str, str, str, str], set[str]] = {}
        self._open: set[tuple[str, str, str]] = set()

    def known(self, account: str, region: str, call: str) -> Gap | None:
        """The gap that the call would leave, when an SCP is known to forbid it."""
        return self._closed.get((account, region, call))

    def learn(self, account: str, region: str, gap: Gap, message: str) -> None:
        """Take note of a denial; anything but an SCP's is ignored."""
        if gap.kind is not GapKind.FENCED:
            return
        key = (account, region, gap.call)
        named = _RESOURCE.search(message)
        resource = named["arn"] if named else "*"
        with self._lock:
            met = self._met.setdefault((*key, gap.scp), set())
            met.add(resource)
            if resource == "*" or (len(met) > 1 and key not in self._open):
                self._closed[key] = gap

    def open(self, account: str, region: str, call: str) -> None:
        """The call was let through, before or after a denial: an SCP, if any, forbids single resources only."""
        key = (account, region, call)
        if key not in self._open:
            with self._lock:
                self._open.add(key)
                self._closed.pop(key, None)
