"""Who else may sign people in: SAML and OpenID Connect providers."""

from collections.abc import Iterator

from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Arn, Scope
from tenfold.model.resource import Json, Resource


@collector("iam.saml_provider", calls=("iam:ListSAMLProviders",))
def saml_providers(aws: Client) -> Iterator[Resource]:
    """The SAML providers of the account."""
    for provider in aws.pages("iam:ListSAMLProviders", "SAMLProviderList"):
        yield _provider(aws, "iam.saml_provider", provider["Arn"])


@collector("iam.oidc_provider", calls=("iam:ListOpenIDConnectProviders",))
def oidc_providers(aws: Client) -> Iterator[Resource]:
    """The OpenID Connect providers of the account."""
    for provider in aws.pages("iam:ListOpenIDConnectProviders", "OpenIDConnectProviderList"):
        yield _provider(aws, "iam.oidc_provider", provider["Arn"])


def _provider(aws: Client, kind: str, arn: str) -> Resource:
    name = Arn.parse(arn).resource.partition("/")[2]
    return Resource(arn, kind, Scope(aws.scope.partition, aws.scope.account, "", "iam"), name)


@facet(
    "iam.saml_provider",
    "detail",
    calls=("iam:GetSAMLProvider",),
    changed_by=(
        "CreateSAMLProvider",
        "UpdateSAMLProvider",
        "DeleteSAMLProvider",
        "TagSAMLProvider",
        "UntagSAMLProvider",
    ),
)
def saml_detail(aws: Client, provider: Resource) -> Json:
    """The metadata document, and until when it holds."""
    return aws.call("iam:GetSAMLProvider", SAMLProviderArn=provider.arn)


@facet(
    "iam.oidc_provider",
    "detail",
    calls=("iam:GetOpenIDConnectProvider",),
    changed_by=(
        "CreateOpenIDConnectProvider",
        "DeleteOpenIDConnectProvider",
        "AddClientIDToOpenIDConnectProvider",
        "RemoveClientIDFromOpenIDConnectProvider",
        "UpdateOpenIDConnectProviderThumbprint",
        "TagOpenIDConnectProvider",
        "UntagOpenIDConnectProvider",
    ),
)
def oidc_detail(aws: Client, provider: Resource) -> Json:
    """Address, audiences and thumbprints."""
    return aws.call("iam:GetOpenIDConnectProvider", OpenIDConnectProviderArn=provider.arn)
