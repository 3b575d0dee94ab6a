"""Names by which callers are told apart, and the services and actions with rules of their own."""

SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".aws.internal")
"""How the names of service principals end."""
PROVIDERS = frozenset({"cognito-identity.amazonaws.com"})
"""Web identity providers whose names look like those of services."""

SERVICE_LINKED_PATH = "role/aws-service-role/"
SERVICE_LINKED_NAME = "AWSServiceRoleFor"
"""Path and beginning of the name of roles that services made for themselves. From the IAM guide on such roles."""
IDENTITY_CENTER_NAME = "AWSReservedSSO_"
IDENTITY_CENTER_PATH = "aws-reserved/sso.amazonaws.com/"
"""Beginning of the name, and the path, of roles that IAM Identity Center made. From its guide on permission sets."""

RCP_SERVICES = frozenset({"s3", "sts", "kms", "sqs", "secretsmanager", "ecr", "aoss"})
"""Prefixes of actions that resource control policies reach. From the Organizations guide and AWS's news of 2025."""

TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession",
        "sts:setsourceidentity", "sts:setcontext",
    }
)  # fmt: skip
"""Actions that a role's trust policy must allow, in lower case."""
GATEWAY_SERVICES = frozenset({"s3", "dynamodb"})
"""Prefixes of actions of services that have gateway endpoints beside interface endpoints."""
