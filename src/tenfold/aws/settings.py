"""What a user can say about reaching AWS; names as the AWS CLI has them."""

import msgspec


class AwsSettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How to reach AWS.

    `profile`, `region`, `endpoint_url`: as the AWS CLI's options. `regions`: read only these (empty: every region
    that the account has enabled). `hub_role`: an ARN assumed first. `role`: a role's name, assumed in each account
    but the one that the credentials belong to. `external_id`, `session_name`: of both AssumeRole calls.
    `quota_share`: the share of each known API quota that tenfold takes (0 to 1]. `keys`: access key id, secret and
    session token given outright; else the usual credential chain. `patience`: seconds that one call may wait for
    throttling before its fact becomes a gap.
    """

    profile: str | None = None
    region: str | None = None
    regions: tuple[str, ...] = ()
    endpoint_url: str | None = None
    hub_role: str | None = None
    role: str | None = None
    external_id: str | None = None
    session_name: str = "tenfold"
    quota_share: float = 0.2
    keys: tuple[str, str, str | None] | None = None
    patience: float = 60.0
