"""The words that a company is made of: names, regions, service principals, AWS's own policies."""

# Accounts by name. The management account is the one that moto's callers are in.
MANAGEMENT, SECURITY, PRODUCTION, DEVELOPMENT = "management", "security", "production", "development"
# Their names in Organizations; the management account has the name that moto gives it
ACCOUNT_NAMES = {SECURITY: "log-archive", PRODUCTION: "workloads-production", DEVELOPMENT: "workloads-development"}
# What stands in names of buckets for the account that they are in
SHORT = {MANAGEMENT: "org", SECURITY: "sec", PRODUCTION: "prod", DEVELOPMENT: "dev"}

# Roles to enter an account by: AWS's own name for the first, ours for the second
ACCESS_ROLE, AUDIT_ROLE = "OrganizationAccountAccessRole", "tenfold-audit"
# The user that may enter by them
ENTRY_USER = "tenfold"

GLOBAL_REGION = "us-east-1"
REGIONS = (GLOBAL_REGION, "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")

CLOUDTRAIL, EC2, LAMBDA, LOGGING = (
    f"{service}.amazonaws.com" for service in ("cloudtrail", "ec2", "lambda", "logging.s3")
)

# Names of AWS's managed policies
ADMINISTRATOR, POWER_USER, AUDITOR = "AdministratorAccess", "PowerUserAccess", "SecurityAudit"
STORAGE = "AmazonS3FullAccess"
HARMLESS_MANAGED = (
    "AmazonS3ReadOnlyAccess",
    "AmazonEC2ReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
    "IAMReadOnlyAccess",
)

COMPANIES = (
    "alderway",
    "brightmoor",
    "caldera-bay",
    "dunmore",
    "eastfield",
    "fernhill",
    "greywater",
    "hollin",
    "kestrelry",
)
FIRST_NAMES = (
    "ada", "bruno", "carla", "dmitri", "elif", "farid", "greta", "hugo", "ines", "jonas", "kemal", "lena", "marek",
    "nadia", "oscar", "paula", "quentin", "rosa", "stefan", "tara", "ulrich", "vera", "wanda", "yusuf", "zoe",
)  # fmt: skip
LAST_NAMES = ("abel", "brandt", "costa", "dahl", "egger", "fuchs", "garnier", "holm", "ito", "jansen", "kaya", "lindt")
PEOPLE = tuple(f"{first}.{last}" for first in FIRST_NAMES for last in LAST_NAMES)
SERVICE_USERS = (
    "artifact-sync", "backup-agent", "billing-export", "build-runner", "cdn-invalidator", "crm-bridge", "etl-loader",
    "gitlab-runner", "image-builder", "invoice-mailer", "legacy-ftp", "metrics-shipper", "monitoring-probe",
    "partner-feed", "release-bot", "report-writer", "search-indexer", "smtp-relay", "support-desk", "ticket-sync",
    "translation-pull", "upload-gateway", "vault-sync", "warehouse-copy",
)  # fmt: skip
ROLES = (
    "api-gateway-runtime", "batch-worker", "catalogue-service", "checkout-service", "cluster-node", "data-scientist",
    "deployment", "disaster-recovery", "edge-cache", "event-router", "finance-reader", "image-resizer", "incident",
    "key-rotation", "ledger-service", "log-shipper", "migration", "network-operations", "notification-sender",
    "on-call", "order-service", "patching", "pricing-engine", "queue-consumer", "recommendations", "session-store",
    "stream-processor", "support-tools", "thumbnailer", "web-frontend",
)  # fmt: skip
GROUPS = (
    "analysts", "architects", "auditors", "backend", "contractors", "data-engineering", "database", "designers",
    "finance", "frontend", "helpdesk", "mobile", "network", "operations", "platform", "product", "quality", "release",
    "research", "site-reliability",
)  # fmt: skip
POLICIES = (
    "application-boundary-set", "artifact-publishing", "catalogue-access", "ci-pipeline", "container-build",
    "cost-reporting", "data-lake", "database-maintenance", "developer-toolbox", "dns-maintenance", "edge-release",
    "environment-setup", "event-bus", "fleet-operations", "image-pipeline", "media-processing", "ops-runbooks",
    "partner-exchange", "platform-services", "queue-access", "release-train", "reporting-jobs", "search-cluster",
    "sandbox-experiments", "stack-deployment", "storage-housekeeping", "streaming-jobs", "tenant-provisioning",
    "vendor-integration", "workload-scheduler",
)  # fmt: skip
TOPICS = (
    "access-reports", "app-config", "archive", "artifacts", "assets", "avatars", "backups", "batch-input",
    "batch-output", "billing", "brochures", "build-cache", "campaigns", "catalogue", "certificates", "clickstream",
    "contracts", "crm-export", "customer-uploads", "dashboards", "data-exchange", "datasets", "db-dumps", "docs",
    "downloads", "email-templates", "exports", "feeds", "firmware", "fonts", "forms", "geo-tiles", "images",
    "imports", "installers", "inventory", "invoices", "journal", "knowledge-base", "landing", "ledger", "licences",
    "manuals", "media", "metrics", "mobile-builds", "models", "newsletters", "notebooks", "orders", "packages",
    "partner-drop", "photos", "playbooks", "press-kit", "price-lists", "queue-overflow", "receipts", "releases",
    "reports", "samples", "scans", "shared-files", "site-content", "snapshots", "staging", "statements", "static-web",
    "templates", "thumbnails", "tickets", "training-data", "transcripts", "translations", "uploads", "vendor-files",
    "video", "web-assets", "wiki", "work-orders",
)  # fmt: skip

# Organisational units and the accounts of a company of more than four
ROOT_UNIT = "Root"
SERVICE_ACCOUNTS = {
    "shared-services": ("shared", "Infrastructure"),
    "network": ("net", "Infrastructure"),
    "backup-vault": ("vault", "Security"),
    "sandbox": ("play", "Sandbox"),
}
ENVIRONMENTS = {"production": "prod", "staging": "stag", "development": "dev"}
BUSINESS_UNITS = (
    "analytics", "billing", "catalogue", "claims", "delivery", "fleet", "identity", "insights", "lending", "logistics",
    "marketing", "payments", "retail", "search", "support", "travel",
)  # fmt: skip

# The program behind calls of AWS's console: the browser
CONSOLE_AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
)

# AWS's names of things in a region
S3_ENDPOINT = "com.amazonaws.{region}.s3"
BUCKET_WEBSITE = "{bucket}.s3-website-{region}.amazonaws.com"
INSTANCE_NAME = "ec2-{dashed}.{region}.compute.amazonaws.com"
BEANSTALK_NAME = "{prefix}.{region}.elasticbeanstalk.com"
BALANCER_NAME = "{name}.{region}.elb.amazonaws.com"
DISTRIBUTION_NAME = "{label}.cloudfront.net"
BUCKET_ORIGIN = "{bucket}.s3.amazonaws.com"
GITHUB = "token.actions.githubusercontent.com"
CONFIG_ROLE = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
STS_AUDIENCE = "sts.amazonaws.com"
WEBSITE_ZONES = {
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-west-2": "Z3BJ6K6RIION7M",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
}
"""Hosted zone ids of S3's website endpoints, as AWS's table of service endpoints gives them."""
WEBSITE_ENDPOINT = "s3-website-{region}.amazonaws.com"
FIRST_REGION_INSTANCE_NAME = "ec2-{dashed}.compute-1.amazonaws.com"
AMAZON_ADDRESSES = ("3.80", "3.91", "18.204", "34.200", "52.2", "54.80")
"""The first halves of addresses of EC2, as AWS publishes its ranges."""
NAME_SERVERS = ("ns-712.awsdns-25.net", "ns-1530.awsdns-63.org", "ns-401.awsdns-50.com", "ns-1904.awsdns-46.co.uk")
BROAD_MANAGED = frozenset({ADMINISTRATOR, POWER_USER, STORAGE, "IAMFullAccess"})
"""AWS's managed policies that allow everything, or everything of a service."""
