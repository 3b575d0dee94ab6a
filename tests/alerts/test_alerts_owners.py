"""Who answers: the first that something names, and never "nobody" where somebody could not be read."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.alerts.make import ACCOUNT, TRAIL, alert, bucket_arn, finding, run
from tests.clock import START, ManualClock

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.owners import STACK, AccountFacts, OwnerRule, Owners
from tenfold.model.arn import Scope, account_root
from tenfold.model.evidence import Evidence
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Owner
from tenfold.model.resource import Fact, Json, Resource
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot
from tenfold.store.incidents import Case
from tenfold.store.store import Store

DENIED = Gap(GapKind.DENIED, "no", START, "s3:GetBucketTagging")
ALL = Owners(
    (OwnerRule("payments", "arn:aws:s3:::pay-*"),), stacks={"shop": "web team"}, units={"Retail": "head of retail"}
)
NOTHING = AccountFacts({}, (), "")
FACTS = AccountFacts({"Team": "platform"}, ("Company", "Retail"), "sec@example.com")
UNNAMED = "default: nothing that was read names one"


@pytest.mark.parametrize(
    ("name", "tags", "facts", "owner", "evidence"),
    [
        ("pay-a", {"Owner": "ann"}, FACTS, "payments", "ownership file: arn arn:aws:s3:::pay-*, account *"),
        ("pay-a", DENIED, AccountFacts(), "payments", "ownership file: arn arn:aws:s3:::pay-*, account *"),
        ("a", {"TEAM": "search", "Owner": " ann "}, FACTS, "ann", "tag Owner of the resource"),
        ("a", {"team": "search", "owner": " ", STACK: "shop"}, FACTS, "search", "tag team of the resource"),
        ("a", {STACK: "shop"}, FACTS, "web team", f"tag {STACK} = shop"),
        ("a", {STACK: "other"}, FACTS, "other", f"tag {STACK} = other"),
        ("a", {}, FACTS, "platform", f"tag Team of account {ACCOUNT}"),
        ("a", {}, AccountFacts({}, ("Company", "Retail"), "x"), "head of retail", f"organisational unit Retail of account {ACCOUNT}"),
        ("a", {}, AccountFacts({}, ("Company", "Shops"), "x"), "Shops", f"organisational unit Shops of account {ACCOUNT}"),
        ("a", {}, AccountFacts({}, (), "sec@example.com"), "sec@example.com", f"security contact of account {ACCOUNT}"),
        ("a", {}, NOTHING, "unowned", UNNAMED),
        ("a", DENIED, FACTS, "platform", f"tag Team of account {ACCOUNT}; not read: tags of the resource (denied: s3:GetBucketTagging)"),
        ("a", {}, AccountFacts(DENIED, DENIED, "x"), "x", f"security contact of account {ACCOUNT}; not read: tags of the account (denied: s3:GetBucketTagging), organisational units of the account (denied: s3:GetBucketTagging)"),
        ("a", {}, AccountFacts({}, (), DENIED), "unowned", f"{UNNAMED}; not read: security contact of the account (denied: s3:GetBucketTagging)"),
        ("a", {}, AccountFacts(), "unowned", f"{UNNAMED}; not read: tags of the account (not read), organisational units of the account (not read), security contact of the account (not read)"),
    ],
)  # fmt: skip
def test_owner_is_the_first_that_something_names(
    name: str, tags: Mapping[str, str] | Gap, facts: AccountFacts, owner: str, evidence: str
) -> None:
    immutable = evidence.startswith(f"tag {STACK}")
    assert ALL.of(bucket_arn(name), ACCOUNT, tags, facts) == Owner(owner, evidence, immutable)


def test_names_of_tags_and_the_default_are_settings() -> None:
    assert Owners(tags=("cost",)).of("", ACCOUNT, {"cost": "9", "owner": "ann"}, NOTHING).name == "9"
    assert Owners(default="secops").of("", ACCOUNT, {}, NOTHING).name == "secops"


def fact(value: Json) -> Fact:
    return Fact(START, gap=value) if isinstance(value, Gap) else Fact(START, value, absent=value is None)


def bucket(name: str = "a", **facets: Json) -> Resource:
    facts = {each: fact(value) for each, value in facets.items()}
    return Resource(bucket_arn(name), "s3.bucket", Scope("aws", ACCOUNT, "", "s3"), name, facets=facts)


def root(contact: Json) -> Resource:
    facts = {"security_contact": fact(contact)}
    return Resource(account_root("aws", ACCOUNT), "account", Scope("aws", ACCOUNT), ACCOUNT, facets=facts)


def member(account: str = ACCOUNT, **facets: Json) -> Resource:
    facts = {each: fact(value) for each, value in {"detail": {"Id": account}, **facets}.items()}
    arn = f"arn:aws:organizations::999900009999:account/o-1/{account}"
    return Resource(arn, "organizations.account", Scope("aws", "999900009999"), "shop", facets=facts)


def members_listed(status: ListStatus = ListStatus.COMPLETE) -> ListCoverage:
    return ListCoverage("organizations.account", Scope("aws", "999900009999"), status, 1, START)


def saved(store: Store, number: int, *resources: Resource, lists: tuple[ListCoverage, ...] = ()) -> None:
    store.save(run(number), Snapshot(START, resources, lists), [], [])


def opened(store: Store, clock: ManualClock, key: str = f"s3-exposure|{bucket_arn('a')}", **more: Any) -> Case:
    incidents = Incidents(store, clock)
    incidents.take([alert("e-1", key=key, **more)])
    (case,) = incidents.all()
    return case


CONTACT = {"Name": "Ann", "EmailAddress": "sec@example.com"}
LISTED = (members_listed(),)


@pytest.mark.parametrize(
    ("resources", "lists", "owner", "evidence"),
    [
        ([bucket(tags={"team": "search"})], (), "search", "tag team of the resource"),
        ([bucket(tags=None), member(tags={"team": "web"}, units=[])], LISTED, "web", f"tag team of account {ACCOUNT}"),
        ([bucket(tags=None), member(tags={}, units=["Company", "Shops"])], LISTED, "Shops", f"organisational unit Shops of account {ACCOUNT}"),
        ([bucket(tags=None), member(tags={}, units=[]), root(CONTACT)], LISTED, "sec@example.com", f"security contact of account {ACCOUNT}"),
        ([bucket(tags=None), root(CONTACT)], LISTED, "sec@example.com", f"security contact of account {ACCOUNT}"),
        ([bucket(tags=None), root(None)], LISTED, "unowned", UNNAMED),
        ([bucket(tags=DENIED), member(tags={"team": "web"}, units=[])], LISTED, "web", f"tag team of account {ACCOUNT}; not read: tags of the resource (denied: s3:GetBucketTagging)"),
        ([bucket(), member(tags=DENIED, units=[]), root(CONTACT)], LISTED, "sec@example.com", f"security contact of account {ACCOUNT}; not read: tags of the resource (not read), tags of the account (denied: s3:GetBucketTagging)"),
        ([bucket(tags=None), root(None)], (members_listed(ListStatus.PARTIAL),), "unowned", f"{UNNAMED}; not read: tags of the account (not read), organisational units of the account (not read)"),
        ([], (), "unowned", f"{UNNAMED}; not read: tags of the resource (not read), tags of the account (not read), organisational units of the account (not read), security contact of the account (not read)"),
    ],
)  # fmt: skip
def test_facts_of_an_incident_come_from_the_snapshot(
    store: Store,
    clock: ManualClock,
    *,
    resources: list[Resource],
    lists: tuple[ListCoverage, ...],
    owner: str,
    evidence: str,
) -> None:
    saved(store, 1, *resources, lists=lists)
    case = opened(store, clock)
    assert (case.owner.name, case.owner.evidence, case.lead.account) == (owner, evidence, ACCOUNT)


def test_a_scan_of_other_accounts_forgets_nobody(store: Store, clock: ManualClock) -> None:
    saved(store, 1, bucket(tags={"team": "old"}), member(tags={}, units=[]), lists=LISTED)
    saved(store, 2, bucket(tags={"team": "search"}))
    saved(store, 3, bucket("other", tags=None))
    assert opened(store, clock).owner.name == "search"


@pytest.mark.parametrize(
    ("key", "event_account", "account"),
    [
        (f"s3-exposure|{bucket_arn('a')}", "222233334444", ACCOUNT),
        (f"s3-exposure|{bucket_arn('nobody-scanned-it')}", "222233334444", "222233334444"),
        (f"ct-003|222233334444|{TRAIL}", "222233334444", ACCOUNT),
        ("ct-001|root login", "222233334444", "222233334444"),
        ("ct-010|arn:aws:iam::aws:policy/AdministratorAccess", "222233334444", "222233334444"),
        ("ct-010|arn:odd", "222233334444", "222233334444"),
    ],
)
def test_the_account_is_the_resources_own(
    store: Store, clock: ManualClock, key: str, event_account: str, account: str
) -> None:
    saved(store, 1, bucket(tags=None))
    assert opened(store, clock, key, account=event_account).lead.account == account


def test_what_opens_again_is_the_present_owners(store: Store, clock: ManualClock) -> None:
    incidents = Incidents(store, clock)
    incidents.take_findings([finding("a")], run(1))
    incidents.close(finding("a").key, Evidence("ticket"))
    saved(store, 1, bucket(tags={"owner": "ann"}))
    incidents.take_findings([finding("a")], run(2))
    assert [case.owner.name for case in incidents.all()] == ["ann"]
