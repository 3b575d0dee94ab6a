"""What AWS calls things around CloudTrail: facts that no model of botocore states."""

# partition -> host of the console, host of its sign-in
CONSOLE_HOSTS = {
    "aws": ("console.aws.amazon.com", "signin.aws.amazon.com"),
    "aws-cn": ("console.amazonaws.cn", "signin.amazonaws.cn"),
    "aws-us-gov": ("console.amazonaws-us-gov.com", "signin.amazonaws-us-gov.com"),
}
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)

# Keys of parameters and answers -> the type of resource that they name, as LookupEvents lists it
RESOURCE_KEYS = {
    "accessKeyId": "AWS::IAM::AccessKey",
    "bucketName": "AWS::S3::Bucket",
    "dBInstanceIdentifier": "AWS::RDS::DBInstance",
    "functionName": "AWS::Lambda::Function",
    "groupId": "AWS::EC2::SecurityGroup",
    "groupName": "AWS::IAM::Group",
    "imageId": "AWS::EC2::Ami",
    "instanceId": "AWS::EC2::Instance",
    "instanceProfileName": "AWS::IAM::InstanceProfile",
    "internetGatewayId": "AWS::EC2::InternetGateway",
    "keyId": "AWS::KMS::Key",
    "keyName": "AWS::EC2::KeyPair",
    "networkInterfaceId": "AWS::EC2::NetworkInterface",
    "policyArn": "AWS::IAM::Policy",
    "roleArn": "AWS::IAM::Role",
    "roleName": "AWS::IAM::Role",
    "routeTableId": "AWS::EC2::RouteTable",
    "secretId": "AWS::SecretsManager::Secret",
    "snapshotId": "AWS::EC2::Snapshot",
    "subnetId": "AWS::EC2::Subnet",
    "tableName": "AWS::DynamoDB::Table",
    "trailARN": "AWS::CloudTrail::Trail",
    "userName": "AWS::IAM::User",
    "volumeId": "AWS::EC2::Volume",
    "vpcId": "AWS::EC2::VPC",
}
