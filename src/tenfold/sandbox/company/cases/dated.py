"""What calls make that has a date: it is dated back, or a company would be all of today."""

from typing import NamedTuple


class Made(NamedTuple):
    """What a call makes: its kind, as the sandbox names it, and where the id stands.

    `id` is a path into the answer, or with `asked` the name of a parameter.
    """

    kind: str
    id: str
    asked: bool = False


MADE = {
    "backup:CreateBackupPlan": Made("backup_plan", "BackupPlanId"),
    "backup:CreateBackupVault": Made("backup_vault", "BackupVaultName", asked=True),
    "cloudformation:CreateStack": Made("stack", "StackName", asked=True),
    "dynamodb:CreateTable": Made("table", "TableName", asked=True),
    "ec2:CreateFlowLogs": Made("flow_log", "FlowLogIds.0"),
    "ec2:CreateNatGateway": Made("nat_gateway", "NatGateway.NatGatewayId"),
    "ec2:CreateSnapshot": Made("snapshot", "SnapshotId"),
    "ec2:CreateVolume": Made("volume", "VolumeId"),
    "ec2:CreateVpcEndpoint": Made("vpc_endpoint", "VpcEndpoint.VpcEndpointId"),
    "ec2:RegisterImage": Made("image", "ImageId"),
    "ec2:RunInstances": Made("instance", "Instances.0.InstanceId"),
    "ecr:CreateRepository": Made("repository", "repositoryName", asked=True),
    "elbv2:CreateLoadBalancer": Made("load_balancer", "Name", asked=True),
    "kms:CreateKey": Made("kms_key", "KeyMetadata.KeyId"),
    "lambda:CreateFunction": Made("function", "FunctionName", asked=True),
    "logs:CreateLogGroup": Made("log_group", "logGroupName", asked=True),
    "rds:CreateDBInstance": Made("db_instance", "DBInstanceIdentifier", asked=True),
    "secretsmanager:CreateSecret": Made("secret", "ARN"),
    "sqs:CreateQueue": Made("queue", "QueueName", asked=True),
}
"""By the call. What AWS keeps no date of (groups, subnets, VPCs) or the sandbox cannot date is not among them."""
