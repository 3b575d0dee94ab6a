"""A gap stays where it is: whatever one answer is, the others stand."""

import threading

import pytest
from tests.wire import ACCOUNT, Reply, Wire, bucket_list, client, connect, query_error, query_result, s3_error

from tenfold.inventory.collect import collect, enabled_regions
from tenfold.model.errors import GapError
from tenfold.model.gap import GapKind
from tenfold.model.resource import ABSENT
from tenfold.model.snapshot import ListStatus

NO_POLICY = s3_error(r"\?policy", 404, "NoSuchBucketPolicy")
ACL = Reply(r"\?acl", body="<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList/></AccessControlPolicy>")
SCP = "arn:aws:organizations::999988887777:policy/o-example/service_control_policy/p-nobody"
FENCE = f"not authorized to perform: s3:GetBucketPolicy on resource: &quot;arn:aws:s3:::two&quot; with an explicit deny in a service control policy: {SCP}"
WANTED = {"s3.bucket": frozenset({"policy", "acl"})}

BAD: list[tuple[str, Reply, GapKind, str]] = [
    ("denied", s3_error("^GET /two.policy", 403, "AccessDenied", "Access Denied"), GapKind.DENIED, "AccessDenied"),
    ("fenced", s3_error("^GET /two.policy", 403, "AccessDenied", FENCE), GapKind.FENCED, "service control policy"),
    ("throttled", s3_error("^GET /two.policy", 503, "SlowDown", "Reduce"), GapKind.THROTTLED, "SlowDown"),
    ("html", Reply("^GET /two.policy", 200, body="<html>sign in</html>"), GapKind.MALFORMED, "HTML page"),
    ("empty", Reply("^GET /two.policy", 200), GapKind.MALFORMED, "empty body"),
    ("expired", s3_error("^GET /two.policy", 400, "ExpiredToken", "has expired"), GapKind.FAILED, "ExpiredToken"),
    ("broken", s3_error("^GET /two.policy", 500, "InternalError", "try again"), GapKind.FAILED, "InternalError"),
    ("no such call", s3_error("^GET /two.policy", 501, "NotImplemented", "no"), GapKind.ENDPOINT, "NotImplemented"),
]


@pytest.mark.parametrize(("name", "reply", "kind", "reason"), BAD, ids=[row[0] for row in BAD])
def test_one_bad_answer_costs_one_fact(name: str, reply: Reply, kind: GapKind, reason: str) -> None:
    with Wire([bucket_list("one", "two", "three"), reply, NO_POLICY, ACL]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], WANTED)
    buckets = {bucket.name: bucket for bucket in snapshot.each("s3.bucket", ACCOUNT)}
    assert list(buckets) == ["one", "two", "three"]
    gap = buckets["two"].gap("policy")
    assert gap is not None, name
    assert (gap.kind, gap.call) == (kind, "s3:GetBucketPolicy")
    assert reason in gap.reason
    assert [buckets[other]["policy"] for other in ("one", "three")] == [ABSENT, ABSENT]
    assert all(bucket["acl"] == {"Owner": {"ID": "x"}, "Grants": []} for bucket in buckets.values())


def test_a_policy_that_is_not_json_is_kept_as_it_is() -> None:
    with Wire([bucket_list("one"), Reply(r"\?policy", body="{broken"), ACL]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], WANTED)
    assert snapshot.resources[0]["policy"] == "{broken"


def test_a_bucket_deleted_while_we_read_has_vanished_and_is_no_gap() -> None:
    gone = s3_error("^GET /two", 404, "NoSuchBucket", "The specified bucket does not exist")
    with Wire([bucket_list("one", "two"), gone, NO_POLICY, ACL]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], WANTED)
        assert len(wire.asked("^GET /two")) == 1
    assert [bucket.name for bucket in snapshot.resources] == ["one"]
    assert [(gone.arn, gone.kind) for gone in snapshot.vanished] == [("arn:aws:s3:::two", "s3.bucket")]
    assert snapshot.list_gap("s3.bucket", ACCOUNT) is None


def test_an_endpoint_that_goes_away_leaves_gaps_and_no_empty_list() -> None:
    with Wire([]) as wire:
        connection = connect(wire.url)
        connection.identity()
    snapshot = collect(connection, [ACCOUNT], WANTED)
    assert snapshot.resources == ()
    (row,) = snapshot.lists
    assert row.status is ListStatus.MISSING
    with pytest.raises(GapError) as caught:
        snapshot.each("s3.bucket", ACCOUNT)
    assert caught.value.gap.kind is GapKind.ENDPOINT


def test_a_list_that_breaks_off_keeps_what_came_and_says_partial() -> None:
    page = bucket_list("one", "two").body.replace("</Buckets>", "</Buckets><ContinuationToken>t</ContinuationToken>")
    script = [
        s3_error("continuation-token=t", 403, "AccessDenied", "no more"),
        Reply(r"^GET /\?max-buckets", body=page),
        NO_POLICY,
        ACL,
    ]
    with Wire(script) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], WANTED)
    assert [bucket.name for bucket in snapshot.read("s3.bucket", ACCOUNT)] == ["one", "two"]
    (row,) = snapshot.lists
    assert (row.status, row.count) == (ListStatus.PARTIAL, 2)
    with pytest.raises(GapError, match="no more"):
        snapshot.each("s3.bucket", ACCOUNT)


def regions_reply(rows: dict[str, str]) -> Reply:
    items = "".join(
        f"<item><regionName>{name}</regionName><optInStatus>{status}</optInStatus></item>"
        for name, status in rows.items()
    )
    return Reply(
        "DescribeRegions", body=f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
    )


def test_enabled_regions_are_those_that_the_account_has_opted_into() -> None:
    rows = {"us-east-1": "opt-in-not-required", "af-south-1": "opted-in", "me-south-1": "not-opted-in"}
    with Wire([regions_reply(rows)]) as wire:
        assert enabled_regions(client(connect(wire.url, regions=()))) == ("af-south-1", "us-east-1")
        assert wire.asked("AllRegions=true")


NO_TRAILS = Reply("DescribeTrails", body={"trailList": []})


def test_a_region_list_that_is_denied_makes_regional_lists_partial_and_global_ones_not() -> None:
    body = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no regions for you</Message></Error></Errors></Response>"
    denied = Reply("DescribeRegions", 403, body=body)
    with Wire([denied, NO_TRAILS, bucket_list()]) as wire:
        wanted = {"cloudtrail.trail": frozenset[str](), "s3.bucket": frozenset[str]()}
        snapshot = collect(connect(wire.url, regions=()), [ACCOUNT], wanted)
        assert len(wire.asked("DescribeTrails")) == 1
    assert snapshot.each("s3.bucket", ACCOUNT) == []
    with pytest.raises(GapError, match="no regions for you") as caught:
        snapshot.each("cloudtrail.trail", ACCOUNT)
    assert caught.value.gap.kind is GapKind.DENIED


def test_every_enabled_region_is_read_at_its_own_endpoint() -> None:
    with Wire([regions_reply({"us-east-1": "opted-in", "eu-west-1": "opted-in"}), NO_TRAILS]) as wire:
        snapshot = collect(connect(wire.url, regions=()), [ACCOUNT], {"cloudtrail.trail": frozenset()})
        signed = {request.headers["authorization"].split("/")[2] for request in wire.asked("DescribeTrails")}
    assert signed == {"us-east-1", "eu-west-1"}
    assert sorted(row.scope.region for row in snapshot.lists) == ["eu-west-1", "us-east-1"]


def test_only_what_is_wanted_is_asked() -> None:
    with Wire([bucket_list("one"), ACL]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], {"s3.bucket": frozenset({"acl"})})
        assert [request.path for request in wire.requests[1:]] == ["/?max-buckets=1000", "/one?acl"]
    with pytest.raises(GapError, match="policy was not asked for"):
        snapshot.resources[0]["policy"]


def test_a_facet_that_nobody_wrote_is_a_gap() -> None:
    with Wire([bucket_list("one")]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], {"s3.bucket": frozenset({"colour"})})
    with pytest.raises(GapError, match=r"s3\.bucket has no facet colour"):
        snapshot.resources[0]["colour"]


def test_an_account_that_cannot_be_entered_leaves_the_others_whole() -> None:
    other = "222233334444"
    denied = query_error(f"AssumeRole.*{other}", 403, "AccessDenied", "not authorized to assume")
    with Wire([denied, bucket_list("one"), NO_POLICY, ACL]) as wire:
        snapshot = collect(connect(wire.url, role="reader"), [ACCOUNT, other], WANTED)
        assert len(wire.asked("AssumeRole")) == 1
    assert [bucket.name for bucket in snapshot.each("s3.bucket", ACCOUNT)] == ["one"]
    with pytest.raises(GapError, match=f"cannot assume arn:aws:iam::{other}:role/reader") as caught:
        snapshot.each("s3.bucket", other)
    assert caught.value.gap.kind is GapKind.DENIED
    assert snapshot.accounts() == [ACCOUNT, other]


class Counting:
    """Progress that adds up; steps come from many threads."""

    def __init__(self) -> None:
        self.expected, self.done, self._lock = 0, 0, threading.Lock()

    def expect(self, more: int) -> None:
        self.expected += more

    def step(self, what: str) -> None:
        assert what
        with self._lock:
            self.done += 1


def test_progress_reaches_its_end_also_over_what_vanished() -> None:
    progress = Counting()
    with Wire([bucket_list("one", "two"), s3_error("^GET /two", 404, "NoSuchBucket"), NO_POLICY, ACL]) as wire:
        collect(connect(wire.url), [ACCOUNT], WANTED, progress=progress)
    assert (progress.expected, progress.done) == (3, 3)


def test_a_shared_fence_is_met_by_few_buckets_only() -> None:
    names = [f"b{number}" for number in range(20)]
    fences = [
        s3_error(f"^GET /{name}.policy", 403, "AccessDenied", FENCE.replace(":::two", f":::{name}")) for name in names
    ]
    with Wire([bucket_list(*names), *fences, ACL]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], WANTED, threads=1)
        assert len(wire.asked(r"\?policy")) == 2
    assert {bucket.gap("policy") and bucket.gap("policy").scp for bucket in snapshot.resources} == {SCP}  # type: ignore[union-attr]  # said just before


def test_a_throttled_list_is_waited_for() -> None:
    throttled = query_error("GetAccountAuthorizationDetails", 400, "Throttling", "Rate exceeded", times=2)
    said = "<IsTruncated>false</IsTruncated><UserDetailList/>"
    done = Reply("GetAccountAuthorizationDetails", body=query_result("GetAccountAuthorizationDetails", said))
    with Wire([throttled, done]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], {"iam.user": frozenset()})
        assert len(wire.asked("GetAccountAuthorizationDetails")) == 3
    assert snapshot.each("iam.user", ACCOUNT) == []
