"""AWS's own identities in policies and ACLs: accounts that deliver logs, and services that call S3 for their callers.

From AWS's pages on access logs of load balancers, on CloudTrail's older bucket policies, on audit logs of Redshift and
on standard logs of CloudFront, as they are quoted in public code. New regions have service principals instead.
"""

import re

_LOAD_BALANCERS = """
098369216593 754344448648 582318560864 600734575887 383597477331 718504428378 114774131450 783225319266 589379963580
985666609251 638102146993 037604701340 054676820928 897822967062 635631232127 156460612806 652711504416 009996457667
076674570225 507241528517 127311923021 033677994240 190560391635 048591011584 027434742980 797873946194
"""
_TRAILS = """
525921808201 119688915426 216624486486 492519147666 765225791966 977081816279 582488909970 903692715234 284668455005
069019280451 187074758985 819402241893 193415116832 681348832753 035351147821 453052556044 829690693026 669305197877
757211635381 859597730677 282025262664 262312530599 683224464357 585772288577 034638983726 814480443879 086441151436
475085895292 608710470296 886388586500 388731089494 113285607260
"""
_WAREHOUSES = """
365689465814 313564881002 404641285394 760740231472 090321488786 865932855811 361669875840 762762565011 907379612154
111890595117 660998842044 053454850223 729911121831 945612479654 210876761215 307160386991 915173422425 013126148197
075028567923 193672423079 391106570357 665727464434 262260360010 902366379725
"""
_BY_ACCOUNT = {
    **dict.fromkeys(_LOAD_BALANCERS.split(), "Elastic Load Balancing"),
    **dict.fromkeys(_TRAILS.split(), "CloudTrail"),
}
_BY_USER = dict.fromkeys(_WAREHOUSES.split(), "Redshift")
# The S3 user ids of the account awslogsdelivery, in the partitions aws and aws-cn.
_BY_CANONICAL_ID = dict.fromkeys(
    (
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    ),
    "CloudFront and other services of AWS",
)
_ARN = re.compile(r"arn:[a-z-]+:iam::(\d{12}):(root|user/logs)")

# Services that call S3 with the rights of whoever called them. [K]
FORWARDERS = ("athena.amazonaws.com", "cloudformation.amazonaws.com")


def delivers(name: str) -> str:
    """The AWS service that delivers logs under this account id, ARN or canonical user id; empty for anybody else's.

    Redshift delivers as one user of its accounts; another principal of them is no delivery.
    """
    found = _ARN.fullmatch(name)
    if found is None:
        return _BY_ACCOUNT.get(name, "") or _BY_CANONICAL_ID.get(name, "")
    return (_BY_ACCOUNT if found[2] == "root" else _BY_USER).get(found[1], "")
