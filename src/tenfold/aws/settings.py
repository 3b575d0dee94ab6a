"""What a user can say about reaching AWS; names as the AWS CLI has them."""

from typing import Annotated

import msgspec

SessionName = Annotated[str, msgspec.Meta(pattern=r"^[\w+=,.@-]{2,64}$")]
"""What AssumeRole takes for a session's name: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""


class AwsSettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How to reach AWS. Keys are no setting: they come from the usual credential chain.

    `profile`, `region`, `endpoint_url`: as the AWS CLI's options. `regions`: read only these (empty: every region
    that the account has enabled). `hub_role`: an ARN assumed first, with `hub_external_id`. `role`: a role's name,
    assumed with `external_id` in each account but the one that the credentials belong to. `session_name`: of both
    AssumeRole calls. `quota_share`: the share of each known API quota that tenfold takes. `patience`: seconds that
    one call may wait for throttling before its fact becomes a gap.
    """

    profile: str | None = None
    region: str | None = None
    regions: tuple[str, ...] = ()
    endpoint_url: str | None = None
    hub_role: str | None = None
    hub_external_id: str | None = None
    role: str | None = None
    external_id: str | None = None
    session_name: SessionName = "tenfold"
    quota_share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.2
    patience: Annotated[float, msgspec.Meta(ge=0)] = 60.0
