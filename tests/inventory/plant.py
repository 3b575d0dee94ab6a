"""One account in the simulator: for each kind a bare resource, and one on which everything is set."""

import json
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
CONTACT = {"Name": "Ann", "EmailAddress": "security@company.example"}
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::dressed/*"}
        ],
    }
)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
FLAGS = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
OWNERSHIP = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
WEBSITE = {"IndexDocument": {"Suffix": "index.html"}}
VERSIONING = {"Status": "Enabled"}
ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]}
CORS = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
LOGGING = {"LoggingEnabled": {"TargetBucket": "target", "TargetPrefix": "log/"}}
NOTIFICATION = {
    "LambdaFunctionConfigurations": [
        {
            "Id": "resize",
            "LambdaFunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:resize",
            "Events": ["s3:ObjectCreated:*"],
        }
    ]
}
OBJECT_LOCK = {"ObjectLockEnabled": "Enabled"}
REPLICATION = {
    "Role": f"arn:aws:iam::{ACCOUNT}:role/replication",
    "Rules": [
        {
            "ID": "all",
            "Priority": 1,
            "Filter": {"Prefix": ""},
            "Status": "Enabled",
            "Destination": {"Bucket": "arn:aws:s3:::target"},
            "DeleteMarkerReplication": {"Status": "Disabled"},
        }
    ],
}
DRESS: dict[str, dict[str, Any]] = {
    "put_bucket_policy": {"Policy": POLICY},
    "put_bucket_acl": {"ACL": "public-read"},
    "put_bucket_ownership_controls": {"OwnershipControls": OWNERSHIP},
    "put_public_access_block": {"PublicAccessBlockConfiguration": FLAGS},
    "put_bucket_website": {"WebsiteConfiguration": WEBSITE},
    "put_bucket_versioning": {"VersioningConfiguration": VERSIONING},
    "put_bucket_encryption": {"ServerSideEncryptionConfiguration": ENCRYPTION},
    "put_bucket_tagging": {"Tagging": {"TagSet": [{"Key": "team", "Value": "photos"}]}},
    "put_bucket_cors": {"CORSConfiguration": {"CORSRules": CORS}},
    "put_bucket_notification_configuration": {"NotificationConfiguration": NOTIFICATION},
    "put_bucket_logging": {"BucketLoggingStatus": LOGGING},
    "put_object_lock_configuration": {"ObjectLockConfiguration": OBJECT_LOCK},
    "put_bucket_replication": {"ReplicationConfiguration": REPLICATION},
}


def plant(url: str, home: str, away: str) -> None:
    """Plant the account at an endpoint; buckets lie in `away`."""

    def client(service: str, region: str = home) -> Any:
        config = Config(s3={"addressing_style": "path"})
        keys = {"aws_access_key_id": "plant", "aws_secret_access_key": "plant"}
        return boto3.client(service, region_name=region, endpoint_url=url, config=config, **keys)

    _buckets(client("s3", away), away)
    _access_points(client("s3control", home))
    _iam(client("iam"))
    _trails(client("cloudtrail", away))
    _organization(client("organizations"))
    client("account").put_alternate_contact(
        AlternateContactType="SECURITY", **CONTACT, Title="on call", PhoneNumber="+1"
    )


def _buckets(s3: Any, region: str) -> None:
    for name in ("bare", "dressed", "target"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_bucket_acl(Bucket="target", ACL="log-delivery-write")
    s3.put_bucket_versioning(Bucket="target", VersioningConfiguration={"Status": "Enabled"})
    for operation, parameters in DRESS.items():
        getattr(s3, operation)(Bucket="dressed", **parameters)


def _access_points(control: Any) -> None:
    control.meta.events.register("before-sign.s3-control", _one_host)
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=FLAGS)
    for name in ("point-bare", "point-dressed"):
        control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket="dressed")
    control.put_access_point_policy(AccountId=ACCOUNT, Name="point-dressed", Policy=POLICY)


def _one_host(request: Any, **_: Any) -> None:
    """The simulator is one host; S3 Control puts the account before its name."""
    request.url = request.url.replace(f"//{ACCOUNT}.", "//")


def _iam(iam: Any) -> None:
    iam.create_user(UserName="ann", Path="/people/", Tags=[{"Key": "team", "Value": "photos"}])
    iam.create_access_key(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="inline", PolicyDocument=json.dumps(ALLOW_ALL))
    iam.create_group(GroupName="admins")
    iam.add_user_to_group(GroupName="admins", UserName="ann")
    iam.create_role(RoleName="server", AssumeRolePolicyDocument=json.dumps(TRUST))
    policy = iam.create_policy(PolicyName="all", PolicyDocument=json.dumps(ALLOW_ALL))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="admins", PolicyArn=policy)
    iam.update_account_password_policy(MinimumPasswordLength=14)
    iam.create_open_id_connect_provider(Url="https://issuer.example/path", ThumbprintList=["a" * 40])
    iam.create_saml_provider(Name="directory", SAMLMetadataDocument="<md/>" * 250)


def _trails(cloudtrail: Any) -> None:
    cloudtrail.create_trail(Name="everything", S3BucketName="dressed", IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name="everything")
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True}
    cloudtrail.put_event_selectors(TrailName="everything", EventSelectors=[selector])
    cloudtrail.put_insight_selectors(TrailName="everything", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])


def _organization(organizations: Any) -> None:
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    retail = organizations.create_organizational_unit(ParentId=root, Name="Retail")["OrganizationalUnit"]["Id"]
    shops = organizations.create_organizational_unit(ParentId=retail, Name="Shops")["OrganizationalUnit"]["Id"]
    made = organizations.create_account(
        Email="dev@company.example", AccountName="development", Tags=[{"Key": "Team", "Value": "web"}]
    )["CreateAccountStatus"]["AccountId"]
    organizations.move_account(AccountId=made, SourceParentId=root, DestinationParentId=shops)
    organizations.move_account(AccountId=ACCOUNT, SourceParentId=root, DestinationParentId=retail)
