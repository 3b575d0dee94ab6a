"""What AWS calls things: facts that no model of botocore states."""

# Sources: the names of actions are those of the Service Authorization Reference, the names and forms of events those
# seen in real CloudTrail records. [K] marks what is generally known and was not seen in a record.

EVENT_SOURCE_SUFFIX = ".amazonaws.com"

# moto's name of a backend -> botocore's name of the service
SERVICE_OF_BACKEND = {"awslambda": "lambda", "lambda_simple": "lambda"}

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

# The type of resource that a trail's selectors know each of those by
DATA_RESOURCE_TYPES = {
    "s3": "AWS::S3::Object",
    "lambda": "AWS::Lambda::Function",
    "dynamodb": "AWS::DynamoDB::Table",
    "sns": "AWS::SNS::Topic",
    "sqs": "AWS::SQS::Queue",
    "kinesis": "AWS::Kinesis::Stream",
}

# Reads by name, and calls that change nothing though their name does not say so
READ_PREFIXES = ("BatchGet", "Check", "Describe", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search", "Select", "Simulate")
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
