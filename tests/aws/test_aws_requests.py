"""What goes out and what is taken in, at the edge of botocore."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from tests.wire import ACCOUNT, REGION, Reply, Wire, client, connect, query_result

import tenfold
from tenfold.aws.wire import iso_timestamp
from tenfold.model.errors import GapError
from tenfold.model.gap import GapKind
from tenfold.model.resource import ABSENT

POLICY = Reply(r"^GET /photos\?policy", body='{"Version": "2012-10-17", "Statement": []}')
BLOCK = Reply("publicAccessBlock", body="<PublicAccessBlockConfiguration/>")


def test_our_name_is_in_the_user_agent() -> None:
    with Wire([]) as wire:
        connect(wire.url).identity()
        assert wire.requests[0].headers["user-agent"].endswith(f"tenfold/{tenfold.__version__}")


def test_an_endpoint_given_by_url_is_one_host_with_buckets_in_the_path() -> None:
    with Wire([POLICY]) as wire:
        client(connect(wire.url)).call("s3:GetBucketPolicy", Bucket="photos")
        assert wire.asked("policy")[0].headers["host"] == wire.url.removeprefix("http://")


def test_the_account_id_that_s3_control_puts_before_the_host_is_taken_off() -> None:
    with Wire([BLOCK]) as wire:
        client(connect(wire.url)).call("s3control:GetPublicAccessBlock", AccountId=ACCOUNT)
        request = wire.asked("publicAccessBlock")[0]
    assert request.headers["host"] == wire.url.removeprefix("http://")
    assert request.headers["x-amz-account-id"] == ACCOUNT


def urls_sent(region: str, call: str, **parameters: str) -> list[str]:
    """Where a call goes without an endpoint URL; nothing leaves the machine."""
    sent: list[str] = []

    def keep(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        sent.append(request.url)
        body = b"<PublicAccessBlockConfiguration/>" if "control" in request.url else b'{"Version": "2012-10-17"}'
        return AWSResponse(request.url, 200, {}, _Raw(body))

    connection = connect(None, region=region)
    connection._credentials[ACCOUNT] = connection._base  # the identity is not asked for
    service, _, _ = call.partition(":")
    connection.client(service, region).meta.events.register("before-send", keep)
    client(connection, region=region).call(call, **parameters)
    return sent


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("eu-west-1", "https://photos.s3.eu-west-1.amazonaws.com/?policy"),
        ("cn-north-1", "https://photos.s3.cn-north-1.amazonaws.com.cn/?policy"),
        ("us-gov-west-1", "https://photos.s3.us-gov-west-1.amazonaws.com/?policy"),
        ("eusc-de-east-1", "https://photos.s3.eusc-de-east-1.amazonaws.eu/?policy"),
    ],
)
def test_aws_itself_is_asked_by_virtual_host_at_the_regions_endpoint(region: str, url: str) -> None:
    assert urls_sent(region, "s3:GetBucketPolicy", Bucket="photos") == [url]


def test_aws_itself_gets_the_account_id_before_the_host() -> None:
    (url,) = urls_sent("eu-west-1", "s3control:GetPublicAccessBlock", AccountId=ACCOUNT)
    assert url == f"https://{ACCOUNT}.s3-control.eu-west-1.amazonaws.com/v20180820/configuration/publicAccessBlock"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02T03:04:05.678+02:00", "2026-01-02T01:04:05.678000+00:00"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05+00:00"),
        ("Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02T03:04:05+00:00"),
        (1767323045, "2026-01-02T03:04:05+00:00"),
    ],
)
def test_timestamps_of_every_form_become_text_in_utc(sent: object, text: str) -> None:
    assert iso_timestamp(sent) == text
    assert datetime.fromisoformat(text).tzinfo == UTC


BAD: list[tuple[str, Reply, GapKind, str]] = [
    ("html", Reply("policy", 200, body="\n <HTML><body>login</body>"), GapKind.MALFORMED, "HTML page with status 200"),
    ("html error", Reply("policy", 500, body="<!doctype html><p>oops"), GapKind.MALFORMED, "HTML page with status 500"),
    ("empty", Reply("policy", 200), GapKind.MALFORMED, "empty body"),
    ("not found without a body", Reply("policy", 404), GapKind.ENDPOINT, "404"),
    ("forbidden without a body", Reply("policy", 403), GapKind.DENIED, "403"),
]


@pytest.mark.parametrize(("name", "reply", "kind", "reason"), BAD, ids=[row[0] for row in BAD])
def test_an_answer_that_is_not_awss_is_a_gap(name: str, reply: Reply, kind: GapKind, reason: str) -> None:
    with Wire([reply]) as wire:
        aws = client(connect(wire.url))
        with pytest.raises(GapError, match=reason) as caught:
            aws.maybe("s3:GetBucketPolicy", absent=("NoSuchBucketPolicy",), Bucket="photos")
    assert caught.value.gap.kind is kind, name


@pytest.mark.parametrize(
    ("call", "reply"),
    [
        ("organizations:ListAccounts", Reply("ListAccounts", body="nothing to see here")),
        ("organizations:ListAccounts", Reply("ListAccounts", body='{"Accounts": [')),
        ("organizations:ListAccounts", Reply("ListAccounts", body='[{"Accounts": []}]')),
        ("cloudtrail:DescribeTrails", Reply("DescribeTrails", body="<trailList/>")),
        ("iam:GetAccountSummary", Reply("GetAccountSummary", body='{"json": "where XML is spoken"}')),
        ("iam:ListUsers", Reply("ListUsers", body="<ListUsersResponse><ListUsersResult>")),
    ],
)
def test_an_answer_in_the_wrong_language_is_a_gap(call: str, reply: Reply) -> None:
    with Wire([reply]) as wire, pytest.raises(GapError) as caught:
        client(connect(wire.url)).call(call)
    assert caught.value.gap.kind is GapKind.MALFORMED


FOREIGN = [
    '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html xmlns="http://www.w3.org/1999/xhtml"><p/></html>',
    '\ufeff<?xml version="1.0" encoding="utf-8"?><html/>',
    "<!-- a > b --><!-- <ListAccessPointsResult> --><html></html>",
    "<foo/>",
    "<foo><ListSAMLProvidersResult/></foo>",
    "just text",
    "<" * 4000,
]
XML_CALLS: list[tuple[str, dict[str, str]]] = [
    ("s3:GetPublicAccessBlock", {"Bucket": "photos"}),
    ("s3:GetBucketVersioning", {"Bucket": "photos"}),
    ("s3:ListBuckets", {}),
    ("s3control:ListAccessPoints", {"AccountId": ACCOUNT}),
    ("iam:ListSAMLProviders", {}),
    ("ec2:DescribeRegions", {}),
]


@pytest.mark.parametrize("body", FOREIGN, ids=range(len(FOREIGN)))
@pytest.mark.parametrize(("call", "parameters"), XML_CALLS, ids=[call for call, _ in XML_CALLS])
def test_another_document_is_never_an_answer_in_which_nothing_stands(
    call: str, parameters: dict[str, str], body: str
) -> None:
    with Wire([Reply("", body=body)]) as wire:
        connection = connect(wire.url)
        connection._credentials[ACCOUNT] = connection._base  # the identity is not asked for
        with pytest.raises(GapError) as caught:
            client(connection).call(call, **parameters)
    assert caught.value.gap.kind is GapKind.MALFORMED, caught.value


@pytest.mark.parametrize(
    ("call", "parameters", "body", "said"),
    [
        ("s3:GetBucketVersioning", {"Bucket": "photos"}, "<VersioningConfiguration/>", {}),
        (
            "s3:GetBucketVersioning",
            {"Bucket": "photos"},
            "<?xml version='1.0'?>\n<x:VersioningConfiguration xmlns:x='y'/>",
            {},
        ),
        ("iam:GetAccountSummary", {}, query_result("GetAccountSummary", ""), {}),
        ("ec2:DescribeRegions", {}, "<DescribeRegionsResponse/>", {}),
    ],
)
def test_an_answer_of_awss_in_which_nothing_stands_is_one(
    call: str, parameters: dict[str, str], body: str, said: dict[str, str]
) -> None:
    with Wire([Reply("GET|GetAccountSummary|DescribeRegions", body=body)]) as wire:
        assert client(connect(wire.url)).call(call, **parameters) == said


def test_an_error_that_s3_sends_with_status_200_is_the_error() -> None:
    error = "<Error><Code>InternalError</Code><Message>again</Message></Error>"
    with Wire([Reply("versioning", body=error)]) as wire:
        with pytest.raises(GapError, match="InternalError") as caught:
            client(connect(wire.url)).call("s3:GetBucketVersioning", Bucket="photos")
        assert len(wire.asked("versioning")) == 4
    assert caught.value.gap.kind is GapKind.FAILED


@pytest.mark.parametrize("body", ["{}", '{"hello": "world"}', '{"Accounts": null}'])
def test_a_json_answer_without_its_list_is_no_empty_list(body: str) -> None:
    with Wire([Reply("ListAccounts", body=body)]) as wire, pytest.raises(GapError) as caught:
        list(client(connect(wire.url)).pages("organizations:ListAccounts", "Accounts"))
    assert caught.value.gap.kind is GapKind.MALFORMED


def test_an_empty_json_list_is_one() -> None:
    with Wire([Reply("ListAccounts", body='{"Accounts": []}')]) as wire:
        assert list(client(connect(wire.url)).pages("organizations:ListAccounts", "Accounts")) == []


@pytest.mark.parametrize(
    ("call", "reply"),
    [
        ("cloudtrail:DescribeTrails", Reply("DescribeTrails", body='{"trailList": 5}')),
        ("cloudtrail:DescribeTrails", Reply("DescribeTrails", body='{"trailList": [5]}')),
        (
            "iam:ListUsers",
            Reply(
                "ListUsers",
                body=query_result("ListUsers", "<MaxItems/><IsTruncated/><Users>x</Users>").replace(
                    "<ListUsersResult>", "<ListUsersResultX>"
                ),
            ),
        ),
        ("iam:GetUser", Reply("GetUser", body=query_result("GetUser", "<User><CreateDate>never</CreateDate></User>"))),
    ],
)
def test_an_answer_that_cannot_be_taken_apart_is_a_gap(call: str, reply: Reply) -> None:
    with Wire([reply]) as wire, pytest.raises(GapError) as caught:
        client(connect(wire.url)).call(call)
    assert caught.value.gap.kind is GapKind.MALFORMED


def test_none_is_said_by_the_named_code_only() -> None:
    missing = "<Error><Code>NoSuchBucketPolicy</Code></Error>"
    with Wire([Reply("policy", 404, body=missing)]) as wire:
        aws = client(connect(wire.url))
        assert aws.maybe("s3:GetBucketPolicy", absent=("NoSuchBucketPolicy",), Bucket="photos") is ABSENT
        with pytest.raises(GapError, match="NoSuchBucketPolicy"):
            aws.call("s3:GetBucketPolicy", Bucket="photos")


def users_page(names: str, marker: str, match: str) -> Reply:
    created = "<CreateDate>2026-01-02T03:04:05Z</CreateDate>"
    rows = "".join(f"<member><UserName>{name}</UserName>{created}</member>" for name in names)
    more = f"<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>" if marker else "<IsTruncated>false</IsTruncated>"
    return Reply(f"ListUsers.*{match}", body=query_result("ListUsers", f"<Users>{rows}</Users>{more}"))


def test_pages_are_read_to_the_end() -> None:
    with Wire([users_page("ef", "", "Marker=2"), users_page("cd", "2", "Marker=1"), users_page("ab", "1", "")]) as wire:
        found = client(connect(wire.url)).pages("iam:ListUsers", "Users")
        assert [user["UserName"] for user in found] == list("abcdef")


def test_the_same_token_twice_is_a_gap_after_what_was_read() -> None:
    with Wire([users_page("c", "1", "Marker=1"), users_page("ab", "1", "")]) as wire:
        seen = []
        with pytest.raises(GapError, match="same next token was received twice") as caught:
            seen.extend(_names(client(connect(wire.url)).pages("iam:ListUsers", "Users")))
    assert caught.value.gap.kind is GapKind.MALFORMED


def _names(users: Any) -> Any:
    return (user["UserName"] for user in users)


def test_a_list_that_botocore_has_no_paging_table_for_is_read_to_the_end_too() -> None:
    def page(name: str, token: str) -> str:
        arn = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/{name}"
        point = f"<AccessPoint><Name>{name}</Name><AccessPointArn>{arn}</AccessPointArn></AccessPoint>"
        more = f"<NextToken>{token}</NextToken>" if token else ""
        return f"<ListAccessPointsResult><AccessPointList>{point}</AccessPointList>{more}</ListAccessPointsResult>"

    script = [Reply("accesspoint.nextToken=t1", body=page("two", "")), Reply("accesspoint", body=page("one", "t1"))]
    with Wire(script) as wire:
        found = client(connect(wire.url)).pages("s3control:ListAccessPoints", "AccessPointList", AccountId=ACCOUNT)
        assert [point["Name"] for point in found] == ["one", "two"]
