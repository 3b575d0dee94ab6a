"""The words of a life: the tools and where they are used, the services that write logs."""

from collections.abc import Mapping

OFFICES: tuple[tuple[str, float], ...] = (("198.51.100", -8), ("203.0.113", 1), ("192.0.2", 10))
"""The beginnings of the offices' addresses, all from the ranges kept for documentation, and their hours from UTC."""
SETUP_ADDRESS = "203.0.113.4"
"""Where the company was set up from."""
AGENTS: Mapping[str, str] = {
    "console": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0",
    "cli": "aws-cli/2.31.18 md/awscrt#0.28.2 ua/2.1 os/linux md/arch#x86_64 lang/python#3.13.7 md/prompt#off",
    "terraform": "APN/1.0 HashiCorp/1.0 Terraform/1.13.4 terraform-provider-aws/6.17.0 aws-sdk-go-v2/1.39.3",
    "sdk": "Boto3/1.40.55 md/Botocore#1.40.55 ua/2.1 os/linux md/arch#x86_64 lang/python#3.13 exec-env/AWS_ECS_FARGATE",
}
LOG_WRITERS = ("logging.s3.amazonaws.com", "delivery.logs.amazonaws.com")
"""S3's access logs, and the flow logs."""
