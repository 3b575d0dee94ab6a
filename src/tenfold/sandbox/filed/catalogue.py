"""Answering calls by the file's entries."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import FORBIDDEN, fault
from tenfold.sandbox.filed.criteria import fits, meets, ordered
from tenfold.sandbox.filed.entries import Change, Entry, Need, Page, Put, Refusal, Rows, read_book, shipped
from tenfold.sandbox.filed.fit import fit
from tenfold.sandbox.filed.plants import Object, Plants
from tenfold.sandbox.filed.proof import prove
from tenfold.sandbox.filed.template import MISSING, Scope, fill
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.wire import Reply


class _RefusedError(Exception):
    """An entry's refusal, with its text filled."""

    def __init__(self, refusal: Refusal, scope: Scope) -> None:
        super().__init__(refusal.code)
        self.refusal, self.text = refusal, str(fill(refusal.text, scope) or refusal.code)


class Catalogue:
    """The entries that come with the sandbox, and a user's own over them.

    Args:
        now: the time of answers.
        own: a user's file of answers.

    Raises:
        ConfigError: when the user's file cannot be read, or an entry of it does not hold.
    """

    def __init__(self, now: Callable[[], datetime], own: Path | None = None) -> None:
        self._now = now
        book = shipped()
        self._kinds, self._entries = dict(book.kinds), dict(book.entries)
        self._services = dict(book.services)
        added = read_book(own) if own else None
        if added:
            self._kinds.update(added.kinds)
            self._entries.update(added.entries)
            self._services.update(added.services)
            prove(added, self._kinds, str(own))
        self._own = frozenset(added.entries) if added else frozenset[str]()
        self.plants = Plants(self._kinds)
        for planted in added.plants if added else ():
            self.plant(planted.kind, planted.account, planted.region, planted.facts)

    def plant(self, kind: str, account: str, region: str, facts: Mapping[str, Any]) -> Object:
        """Keep an object, as `Plants.plant` does, in an account and region."""
        return self.plants.plant(kind, self._place(account, region), facts)

    def rows(self, kind: str, account: str, region: str) -> list[Any]:
        """The objects of a kind in an account and region."""
        return self.plants.of(kind, self._place(account, region))

    def own(self, call: Call, caller: Caller) -> Reply | None:
        """The answer of an entry of the user's file."""
        return self.answer(call, caller) if call.name in self._own else None

    def answer(self, call: Call, caller: Caller) -> Reply | None:
        """The answer of the call's entry; None when it has none. Nobody is told anything without a name."""
        if call.name not in self._entries or call.model is None:
            return None
        if caller is ANONYMOUS:
            return fault(call, "AccessDenied", "Access Denied", FORBIDDEN)
        scope = self._place(caller.account, call.region) | {"ask": call.parameters, "caller": caller}
        try:
            for need in self._services.get(call.service, ()):
                self._need(need, scope)
            result = self._result(self._entries[call.name], scope)
        except _RefusedError as error:
            return fault(call, error.refusal.code, error.text, error.refusal.status)
        shape = call.model.output_shape
        return serialize(call, fit(shape, result) if shape else {})

    def _place(self, account: str, region: str) -> dict[str, Any]:
        return {"account": account, "region": region, "partition": get_partition(region), "now": self._now()}

    def _result(self, entry: Entry, scope: dict[str, Any]) -> Any:
        if entry.refuse:
            raise _RefusedError(entry.refuse, scope)
        for need in entry.needs:
            self._need(need, scope)
        for put in entry.put:
            self._put(put, scope)
        for change in entry.change:
            self._change(change, scope)
        if entry.rows:
            scope |= self._rows(entry.rows, scope)
        return fill(entry.answer, scope)

    def _need(self, need: Need, scope: dict[str, Any]) -> None:
        found = next(self._chosen(need.kind, need.where, scope), None)
        if (found is None) is not need.absent:
            raise _RefusedError(need.refuse, scope)
        scope["found"] = found

    def _put(self, put: Put, scope: dict[str, Any]) -> None:
        items = [None] if put.each is None else fill(put.each, scope)
        for item in items or ():
            inner = {**scope, "each": item}
            scope["put"] = self.plants.plant(put.kind, inner, fill(put.values, inner))

    def _change(self, change: Change, scope: dict[str, Any]) -> None:
        for row in list(self._chosen(change.kind, change.where, scope)):
            if change.values is None:
                self.plants.remove(change.kind, scope, row)
            else:
                self.plants.change(change.kind, scope, row, fill(change.values, {**scope, "row": row}))

    def _rows(self, rows: Rows, scope: dict[str, Any]) -> dict[str, Any]:
        criteria = fill(rows.criteria, scope)
        chosen = (row for row in self._chosen(rows.kind, rows.where, scope) if meets(row, criteria))
        found = ordered(chosen, fill(rows.sort, scope), fill(rows.order, scope))
        start, end = _cut(rows.page, scope)
        given = [fill(rows.give, {**scope, "row": row}) for row in found[start:end]]
        more = str(end) if end is not None and end < len(found) else MISSING
        return {"rows": given, "count": len(found), "next": more}

    def _chosen(self, kind: str, where: Mapping[str, Any], scope: Scope) -> Iterator[Any]:
        wanted = fill(where, scope)
        return (row for row in self.plants.of(kind, scope) if fits(row, wanted))


def _cut(page: Page | None, scope: Mapping[str, Any]) -> tuple[int, int | None]:
    """From which row to which a page goes."""
    if page is None:
        return 0, None
    token, size = scope["ask"].get(page.token) or "0", int(scope["ask"].get(page.limit) or page.size)
    if not str(token).isdecimal():
        raise _RefusedError(Refusal("ValidationException", f"The {page.token} is not one that was given out."), scope)
    return int(token), int(token) + size
