"""Which accounts a scan reads, and whose accounts are whose."""

from tests.wire import ACCOUNT, Reply, Wire, connect

from tenfold.model.gap import GapKind
from tenfold.model.party import Party
from tenfold.scan.accounts import PartySettings, targets, unlisted_accounts

NOBODY = PartySettings()
IN_USE = Reply("DescribeOrganization", body={"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}})


def accounts(*rows: dict[str, str]) -> Reply:
    return Reply("ListAccounts", body={"Accounts": list(rows)})


MEMBERS = accounts(
    {"Id": ACCOUNT, "Name": "management", "State": "ACTIVE"},
    {"Id": "222233334444", "Name": "production", "State": "ACTIVE"},
    {"Id": "333344445555", "Name": "old", "State": "CLOSED"},
)


def test_without_a_role_only_our_own_account_is_read_and_the_others_are_known() -> None:
    with Wire([IN_USE, MEMBERS]) as wire:
        found = targets(connect(wire.url), (), NOBODY)
    assert found.accounts == (ACCOUNT,)
    assert found.parties.of("222233334444") is Party.OWN
    assert found.parties.names["222233334444"] == "production"
    assert found.parties.organization == "o-1"


def test_with_a_role_every_active_account_is_read_and_closed_ones_are_still_ours() -> None:
    with Wire([IN_USE, MEMBERS]) as wire:
        found = targets(connect(wire.url, role="audit"), (), NOBODY)
    assert found.accounts == (ACCOUNT, "222233334444")
    assert found.parties.of("333344445555") is Party.OWN


def test_accounts_that_are_named_are_read_once() -> None:
    with Wire([IN_USE, MEMBERS]) as wire:
        found = targets(connect(wire.url, role="audit"), ("222233334444", "222233334444"), NOBODY)
    assert found.accounts == ("222233334444",)


def test_settings_name_friends_but_cannot_give_away_what_is_ours() -> None:
    settings = PartySettings(
        friendly={"222233334444": "?", "444455556666": "sister"}, third_party={"777788889999": "vendor"}
    )
    with Wire([IN_USE, MEMBERS]) as wire:
        parties = targets(connect(wire.url), (), settings).parties
    assert parties.of("222233334444") is Party.OWN
    assert parties.of("444455556666") is Party.FRIENDLY
    assert parties.of("777788889999") is Party.THIRD_PARTY
    assert parties.of("999988887777") is Party.UNKNOWN
    assert parties.names["444455556666"] == "sister"


def test_accounts_that_cannot_be_listed_are_a_gap_and_not_nobody() -> None:
    denied = Reply("ListAccounts", 400, body={"__type": "AccessDeniedException", "Message": "no"})
    with Wire([IN_USE, denied]) as wire:
        alone, entering = connect(wire.url), connect(wire.url, role="audit")
        found = targets(entering, (), NOBODY)
        assert not unlisted_accounts(alone, targets(alone, (), NOBODY).parties)
        rows = unlisted_accounts(entering, found.parties)
    assert found.accounts == (ACCOUNT,)
    assert found.parties.gap is not None
    assert found.parties.gap.kind is GapKind.DENIED
    assert [(row.kind, row.scope.account) for row in rows] == [("account", ACCOUNT)]


def test_settings_that_name_every_account_of_ours_close_the_gap() -> None:
    denied = Reply("ListAccounts", 400, body={"__type": "AccessDeniedException", "Message": "no"})
    settings = PartySettings(own={"222233334444": "production"}, complete=True)
    with Wire([IN_USE, denied]) as wire:
        parties = targets(connect(wire.url), (), settings).parties
    assert parties.gap is None
    assert parties.of("222233334444") is Party.OWN
    assert parties.of("999988887777") is Party.UNKNOWN


def test_an_organisation_that_cannot_be_read_stays_a_gap_even_when_all_accounts_are_named() -> None:
    denied = Reply("DescribeOrganization", 400, body={"__type": "AccessDeniedException", "Message": "no"})
    with Wire([denied]) as wire:
        unnamed = targets(connect(wire.url), (), PartySettings(complete=True)).parties
        named = targets(connect(wire.url), (), PartySettings(complete=True, organization="o-1")).parties
    assert unnamed.gap is not None
    assert unnamed.gap.kind is GapKind.DENIED
    assert (named.gap, named.organization) == (None, "o-1")
