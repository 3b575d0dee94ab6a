"""The global condition keys, with their types.

From the IAM guide's page on global condition context keys; IsMcpServiceAction and PrincipalOrgMasterAccountId from
policies that AWS manages.
"""

from tenfold.model.reference import KeyFacts

_TYPES = {
    "String": """
        CalledViaFirst CalledViaLast FederatedProvider PrincipalAccount PrincipalOrgID PrincipalServiceName
        PrincipalOrgMasterAccountId
        PrincipalTag/ PrincipalType Referer RequestedRegion RequestTag/ ResourceAccount ResourceOrgID ResourceTag/
        RoleSessionName SourceAccount SourceIdentity SourceOrgID SourceOwner SourceVpc SourceVpce UserAgent userid
        username VpceAccount VpceOrgID Ec2InstanceSourceVpc
    """,
    "ArrayOfString": """
        CalledVia PrincipalOrgPaths PrincipalServiceNamesList ResourceOrgPaths SourceOrgPaths TagKeys VpceOrgPaths
    """,
    "ARN": "PrincipalArn SourceArn SourceVpcArn ChatbotSourceArn SignInSessionArn",
    "Bool": """
        AssumedRoot IsMcpServiceAction MultiFactorAuthPresent PrincipalIsAWSService SecureTransport ViaAWSService
        ViaAWSMCPService
    """,
    "Date": "CurrentTime EpochTime TokenIssueTime",
    "Numeric": "MultiFactorAuthAge",
    "IPAddress": "SourceIp VpcSourceIp Ec2InstanceSourcePrivateIPv4",
}
GLOBAL = {
    f"aws:{name}".lower(): KeyFacts(f"aws:{name}", kind) for kind, names in _TYPES.items() for name in names.split()
}
"""Key in lower case to what is known of it; one that ends on `/` is the beginning of a family."""

FENCES = frozenset(
    [
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:userid",
        "aws:username",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "iam:passedtoservice",
        "sts:externalid",
        "kms:viaservice",
        "kms:calleraccount",
    ]
)
"""Keys that keep strangers out: a condition on one of them that a missing key passes is a hole in a fence."""

ALWAYS = frozenset({"aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:requestedregion"})
"""Keys that all requests carry."""
