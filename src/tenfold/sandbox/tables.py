"""What AWS calls things: facts that no model of botocore states."""

# Sources: the names of actions are those of the Service Authorization Reference, the names and forms of events those
# seen in real CloudTrail records. [K] marks what is generally known and was not seen in a record.

EVENT_SOURCE_SUFFIX = ".amazonaws.com"
BEANSTALK_DOMAIN = "elasticbeanstalk.com"

# moto's name of a backend -> botocore's name of the service
SERVICE_OF_BACKEND = {"awslambda": "lambda", "dynamodb_v20111205": "dynamodb"}

# Parts of moto that are not an AWS API
NOT_AN_API = frozenset({"moto_api", "instance_metadata", "moto_proxy"})

# botocore's service -> the first label of eventSource, where it is not the endpoint prefix
EVENT_SOURCE = {
    "s3control": "s3",
    "ses": "ses",
    "sesv2": "ses",
    "ecr": "ecr",
    "dynamodbstreams": "dynamodb",
    "resourcegroupstaggingapi": "tagging",
    "sso-admin": "sso",
    "iot-data": "iotdata",
    "mediastore-data": "mediastore",
}

# Services with one endpoint a partition: their events are of the partition's home region
GLOBAL_SERVICES = frozenset(
    {"iam", "organizations", "cloudfront", "route53", "route53domains", "globalaccelerator", "shield", "waf", "account"}
)
HOME_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

# service:operation -> eventName
EVENT_NAME = {
    "lambda:AddLayerVersionPermission": "AddLayerVersionPermission20181031",
    "lambda:AddPermission": "AddPermission20150331v2",
    "lambda:CreateAlias": "CreateAlias20150331",
    "lambda:CreateEventSourceMapping": "CreateEventSourceMapping20150331",
    "lambda:CreateFunction": "CreateFunction20150331",
    "lambda:DeleteAlias": "DeleteAlias20150331",
    "lambda:DeleteEventSourceMapping": "DeleteEventSourceMapping20150331",
    "lambda:DeleteFunction": "DeleteFunction20150331",
    "lambda:DeleteFunctionConcurrency": "DeleteFunctionConcurrency20171031",
    "lambda:DeleteLayerVersion": "DeleteLayerVersion20181031",
    "lambda:GetAccountSettings": "GetAccountSettings20160819",
    "lambda:GetAlias": "GetAlias20150331",
    "lambda:GetEventSourceMapping": "GetEventSourceMapping20150331",
    "lambda:GetFunction": "GetFunction20150331v2",
    "lambda:GetFunctionConfiguration": "GetFunctionConfiguration20150331v2",
    "lambda:GetLayerVersion": "GetLayerVersion20181031",
    "lambda:GetPolicy": "GetPolicy20150331v2",
    "lambda:ListAliases": "ListAliases20150331",
    "lambda:ListEventSourceMappings": "ListEventSourceMappings20150331",
    "lambda:ListFunctions": "ListFunctions20150331",
    "lambda:ListLayers": "ListLayers20181031",
    "lambda:ListTags": "ListTags20170331",
    "lambda:ListVersionsByFunction": "ListVersionsByFunction20150331",
    "lambda:PublishLayerVersion": "PublishLayerVersion20181031",
    "lambda:PublishVersion": "PublishVersion20150331",
    "lambda:PutFunctionConcurrency": "PutFunctionConcurrency20171031",
    "lambda:RemovePermission": "RemovePermission20150331v2",
    "lambda:TagResource": "TagResource20170331v2",
    "lambda:UntagResource": "UntagResource20170331v2",
    "lambda:UpdateAlias": "UpdateAlias20150331",
    "lambda:UpdateEventSourceMapping": "UpdateEventSourceMapping20150331",
    "lambda:UpdateFunctionCode": "UpdateFunctionCode20150331v2",
    "lambda:UpdateFunctionConfiguration": "UpdateFunctionConfiguration20150331v2",
    "s3:DeleteBucketOwnershipControls": "DeleteBucketOwnershipControls",
    "s3:DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "s3:GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "s3:GetBucketNotificationConfiguration": "GetBucketNotification",
    "s3:GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "s3:ListObjectsV2": "ListObjects",
    "s3:PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "s3:PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "s3:PutBucketNotificationConfiguration": "PutBucketNotification",
    "s3:PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "s3:PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "s3control:DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
    "s3control:GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "s3control:PutPublicAccessBlock": "PutAccountPublicAccessBlock",
}

# Calls that CloudTrail files under Data: on objects, messages and items instead of on what holds them [K]
DATA_OPERATIONS = {
    "s3": frozenset(
        {
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateMultipartUpload",
            "DeleteObject",
            "DeleteObjectTagging",
            "DeleteObjects",
            "GetObject",
            "GetObjectAcl",
            "GetObjectAttributes",
            "GetObjectLegalHold",
            "GetObjectRetention",
            "GetObjectTagging",
            "GetObjectTorrent",
            "HeadBucket",
            "HeadObject",
            "ListMultipartUploads",
            "ListObjectVersions",
            "ListObjects",
            "ListObjectsV2",
            "ListParts",
            "PutObject",
            "PutObjectAcl",
            "PutObjectLegalHold",
            "PutObjectRetention",
            "PutObjectTagging",
            "RestoreObject",
            "SelectObjectContent",
            "UploadPart",
            "UploadPartCopy",
        }
    ),
    "lambda": frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
    "dynamodb": frozenset(
        {
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "sns": frozenset({"Publish", "PublishBatch"}),
    "sqs": frozenset({"DeleteMessage", "DeleteMessageBatch", "ReceiveMessage", "SendMessage", "SendMessageBatch"}),
    "kinesis": frozenset({"GetRecords", "PutRecord", "PutRecords"}),
}

# Services whose records list the resource that a parameter names: parameter, type of resource, place in its ARN
NAMED_RESOURCES = {
    "dynamodb": ("TableName", "AWS::DynamoDB::Table", "table/"),
    "kinesis": ("StreamName", "AWS::Kinesis::Stream", "stream/"),
    "kms": ("KeyId", "AWS::KMS::Key", "key/"),
    "lambda": ("FunctionName", "AWS::Lambda::Function", "function:"),
    "sns": ("TopicArn", "AWS::SNS::Topic", ""),
    "sqs": ("QueueUrl", "AWS::SQS::Queue", ""),
    "ssm": ("Name", "", "parameter/"),
}

# Reads by name, and calls that change nothing though their name does not say so
READ_PREFIXES = (
    "BatchGet",
    "Check",
    "Describe",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
)
READ_OPERATIONS = frozenset(
    {
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncrypt",
        "kms:Sign",
        "kms:Verify",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:DecodeAuthorizationMessage",
        "bedrock-runtime:InvokeModel",
    }
)

# service:operation -> IAM action, where they differ
IAM_ACTION = {
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketAnalyticsConfiguration": "s3:GetAnalyticsConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketInventoryConfiguration": "s3:GetInventoryConfiguration",
    "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketMetricsConfiguration": "s3:GetMetricsConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBucketAnalyticsConfigurations": "s3:GetAnalyticsConfiguration",
    "s3:ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
    "s3:ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3control:DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "s3control:PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
}

# Regions that an account must turn on before use; the sandbox's accounts have turned on some
OPTED_IN_REGIONS = frozenset({"af-south-1", "ap-southeast-3", "eu-south-1"})
OPT_IN_REGIONS = OPTED_IN_REGIONS | {
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
}

# What a record says in place of a value, by service, operation (* for all) and key; an empty text leaves the key out.
# Members that botocore's models mark as sensitive are left out unless named here.
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
MASKED_KEYS = {
    ("ssm", "PutParameter", "value"): HIDDEN,
    ("ssm", "SendCommand", "parameters"): HIDDEN,
    ("rds", "*", "masterUserPassword"): "****",
    ("redshift", "*", "masterUserPassword"): "****",
    ("secretsmanager", "*", "secretString"): "",
    ("secretsmanager", "*", "secretBinary"): "",
}

# Members of moto's answers that AWS's lack, by `service:Operation`
NOT_IN_ANSWER = {
    "iam:CreateRole": frozenset({"maxSessionDuration", "roleLastUsed"}),
    "sts:AssumeRole": frozenset({"packedPolicySize"}),
}

# Answers of writes of which only some keys are recorded, by `service:Operation`: recorded key -> key of the answer
RESPONSE_KEYS = {
    "secretsmanager:CreateSecret": {"arn": "aRN"},
    "secretsmanager:PutSecretValue": {"arn": "aRN"},
    "secretsmanager:DeleteSecret": {"aRN": "aRN", "name": "name", "deletionDate": "deletionDate"},
}

# Services whose records carry the version of their API [some K]
API_VERSIONS = {
    "autoscaling": "2011-01-01",
    "cloudfront": "2020-05-31",
    "elb": "2012-06-01",
    "elbv2": "2015-12-01",
    "logs": "20140328",
    "route53": "2013-04-01",
}

# EC2 calls recorded in the newer form: the query's own keys inside `<Operation>Request` [partly K]
EC2_NEWER_FORM_WORDS = (
    "AddressTransfer",
    "AddressesAttribute",
    "CapacityReservation",
    "ClientVpn",
    "EgressOnlyInternetGateway",
    "Fleet",
    "FlowLogs",
    "Hosts",
    "InstanceCreditSpecification",
    "InstanceEventWindow",
    "Ipam",
    "LaunchTemplate",
    "ManagedPrefixList",
    "NatGateway",
    "NetworkInsights",
    "TrafficMirror",
    "TransitGateway",
    "VerifiedAccess",
    "VpcClassicLinkDnsSupport",
    "VpcEndpoint",
)

# Lists of EC2 requests: member of the model -> key of the record, and the key of each item where items are plain values
EC2_LISTS = {
    "AllocationIds": ("allocationIdsSet", "allocationId"),
    "AttributeNames": ("accountAttributeNameSet", "attributeName"),
    "BlockDeviceMappings": ("blockDeviceMapping", ""),
    "CustomerGatewayIds": ("customerGatewaySet", "customerGatewayId"),
    "DhcpOptionsIds": ("dhcpOptionsSet", "dhcpOptionsId"),
    "ExecutableUsers": ("executableBySet", "user"),
    "Filters": ("filterSet", ""),
    "GroupIds": ("securityGroupIdSet", "groupId"),
    "GroupNames": ("securityGroupSet", "groupName"),
    "Groups": ("groupSet", "groupId"),
    "ImageIds": ("imagesSet", "imageId"),
    "InstanceIds": ("instancesSet", "instanceId"),
    "InternetGatewayIds": ("internetGatewayIdSet", "internetGatewayId"),
    "Ipv6Addresses": ("ipv6AddressesSet", ""),
    "KeyNames": ("keySet", "keyName"),
    "KeyPairIds": ("keyPairIdSet", "keyPairId"),
    "NetworkAclIds": ("networkAclIdSet", "networkAclId"),
    "NetworkInterfaceIds": ("networkInterfaceIdSet", "networkInterfaceId"),
    "NetworkInterfaces": ("networkInterfaceSet", ""),
    "Owners": ("ownersSet", "owner"),
    "OwnerIds": ("ownersSet", "owner"),
    "PrivateIpAddresses": ("privateIpAddressesSet", ""),
    "PublicIps": ("publicIpsSet", "publicIp"),
    "RegionNames": ("regionSet", "regionName"),
    "Resources": ("resourcesSet", "resourceId"),
    "RestorableByUserIds": ("sharedUsersSet", "user"),
    "RouteTableIds": ("routeTableIdSet", "routeTableId"),
    "SecurityGroupIds": ("groupSet", "groupId"),
    "SecurityGroups": ("groupSet", "groupName"),
    "SnapshotIds": ("snapshotSet", "snapshotId"),
    "SubnetIds": ("subnetSet", "subnetId"),
    "TagSpecifications": ("tagSpecificationSet", ""),
    "Tags": ("tagSet", ""),
    "Values": ("valueSet", "value"),
    "VolumeIds": ("volumeSet", "volumeId"),
    "VpcIds": ("vpcSet", "vpcId"),
    "VpcPeeringConnectionIds": ("vpcPeeringConnectionIdSet", "vpcPeeringConnectionId"),
    "VpnConnectionIds": ("vpnConnectionSet", "vpnConnectionId"),
    "VpnGatewayIds": ("vpnGatewaySet", "vpnGatewayId"),
    "ZoneIds": ("availabilityZoneIdSet", "zoneId"),
    "ZoneNames": ("availabilityZoneSet", "zoneName"),
}
# Members whose key in the record is not their name on the wire
EC2_RENAMED = {("CreateVolume", "AvailabilityZone"): "zone", ("*", "Attribute"): "attributeType"}
# What EC2 records even when the caller did not give it
EC2_DEFAULTS: dict[str, dict[str, object]] = {
    "AuthorizeSecurityGroupEgress": {"ipPermissions": {}},
    "AuthorizeSecurityGroupIngress": {"ipPermissions": {}},
    "CreateNetworkInterface": {"groupSet": {}, "privateIpAddressesSet": {}},
    "DeleteSnapshot": {"force": False},
    "DeleteVolume": {"reportVolumeFailure": False},
    "RevokeSecurityGroupEgress": {"ipPermissions": {}},
    "RevokeSecurityGroupIngress": {"ipPermissions": {}},
    "RunInstances": {
        "blockDeviceMapping": {},
        "monitoring": {"enabled": False},
        "disableApiTermination": False,
        "disableApiStop": False,
    },
}
EC2_PERMISSION_LISTS = ("groups", "ipRanges", "ipv6Ranges", "prefixListIds")
# The list of EC2's answers whose items are under `item` instead of `items`
EC2_SINGULAR_ITEMS = frozenset({"privateIpAddressesSet"})
# Numbers that EC2 records as text, by operation
EC2_TEXTS = {"CreateSnapshot": frozenset({"volumeSize"}), "CreateVolume": frozenset({"size"})}

# Kinds of S3 headers and query keys that say nothing about the request itself
S3_TRANSPORT = (
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-sdk-",
    "x-amz-security-token",
    "x-amz-te",
    "x-amz-trailer",
    "x-amz-user-agent",
    "x-amz-checksum-",
    "x-amz-account-id",
    "x-amz-meta-",
    "x-amz-credential",
    "x-amz-signature",
    "x-id",
)
