"""A list that never ends is cut, and said to be cut."""

import pytest
from tests.wire import Reply, Wire, client, connect

from tenfold.aws import connection
from tenfold.model.errors import GapError
from tenfold.model.gap import GapKind


def test_fresh_tokens_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_MOST_PAGES", 5)
    pages = [
        Reply("ListAccounts", body={"Accounts": [{"Id": str(number)}], "NextToken": f"token-{number}"}, times=1)
        for number in range(6)
    ]
    with Wire(pages) as wire:
        found: list[str] = []
        with pytest.raises(GapError) as cut:
            found.extend(
                account["Id"] for account in client(connect(wire.url)).pages("organizations:ListAccounts", "Accounts")
            )
    assert cut.value.gap.kind is GapKind.MALFORMED
    assert "no end after 5 pages" in cut.value.gap.reason
    assert found == ["0", "1", "2", "3", "4"]
