"""What would not come back: databases, tables, keys and backups."""

from typing import Any

from tenfold.sandbox.company.cases.case import ROOMY, Case, Variety
from tenfold.sandbox.company.cases.shared import make_table, protect_table
from tenfold.sandbox.company.cases.spot import Spot

_SOUND: dict[str, Any] = {
    "BackupRetentionPeriod": 14,
    "DeletionProtection": True,
    "PubliclyAccessible": False,
    "StorageEncrypted": True,
    "EnableCloudwatchLogsExports": ["postgresql"],
}


def _table(spot: Spot, *, protected: bool) -> str:
    name = spot.name("orders")
    make_table(spot, name)
    if protected:
        protect_table(spot, name)
    return spot.arn("dynamodb", f"table/{name}")


UNPROTECTED_TABLE = Case(
    "recovery/table-without-recovery",
    "a DynamoDB table has no point-in-time recovery",
    (Variety("no point-in-time recovery", lambda spot: _table(spot, protected=False)),),
    (Variety("point-in-time recovery", lambda spot: _table(spot, protected=True)),),
)


def _database(spot: Spot, **changes: Any) -> str:
    """A database as it should be, but for the changes."""
    name = spot.name("db")
    spot.do(
        "rds:CreateDBInstance",
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.small",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="app",
        MasterUserPassword="not-in-use-here",
        Tags=spot.tags(name),
        **{**_SOUND, **changes},
    )
    return spot.arn("rds", f"db:{name}")


def _of_databases(slug: str, what: str, why: str, fine: str, **changes: Any) -> Case:
    bad = Variety(why, lambda spot: _database(spot, **changes))
    return Case(slug, what, (bad,), (Variety(fine, _database),), ROOMY)


NO_BACKUPS = _of_databases(
    "recovery/database-without-backups",
    "an RDS instance keeps no automated backups",
    "backups are kept 0 days",
    "backups are kept 14 days",
    BackupRetentionPeriod=0,
)
DELETABLE = _of_databases(
    "recovery/database-without-deletion-protection",
    "an RDS instance can be deleted by one call",
    "no deletion protection",
    "deletion protection",
    DeletionProtection=False,
)
PUBLIC_DATABASE = _of_databases(
    "network/public-database",
    "an RDS instance has a public address",
    "publicly accessible",
    "not publicly accessible",
    PubliclyAccessible=True,
)
SILENT_DATABASE = _of_databases(
    "logging/database-without-logs",
    "an RDS instance sends no logs to CloudWatch Logs",
    "no logs",
    "its log goes to CloudWatch Logs",
    EnableCloudwatchLogsExports=[],
)


def _key(spot: Spot, *, doomed: bool) -> str:
    made = spot.do("kms:CreateKey", Description=spot.name("key"))
    if doomed:
        spot.do("kms:ScheduleKeyDeletion", KeyId=made["KeyMetadata.KeyId"], PendingWindowInDays=30)
    else:
        spot.do("kms:EnableKeyRotation", KeyId=made["KeyMetadata.KeyId"])
    return made["KeyMetadata.Arn"]


DOOMED_KEY = Case(
    "recovery/key-pending-deletion",
    "a KMS key is waiting to be deleted, and all that it encrypted with it",
    (Variety("to be deleted in 30 days", lambda spot: _key(spot, doomed=True)),),
    (Variety("in use", lambda spot: _key(spot, doomed=False)),),
    ROOMY,
)


def _vault(spot: Spot, *, locked: bool) -> str:
    name = spot.name("vault")
    spot.do("backup:CreateBackupVault", BackupVaultName=name, BackupVaultTags=spot.owner())
    if locked:
        spot.do("backup:PutBackupVaultLockConfiguration", BackupVaultName=name, MinRetentionDays=35)
    return spot.arn("backup", f"backup-vault:{name}")


UNLOCKED_VAULT = Case(
    "recovery/vault-without-lock",
    "a backup vault has no lock: who is in the account can delete the backups",
    (Variety("no lock", lambda spot: _vault(spot, locked=False)),),
    (Variety("locked", lambda spot: _vault(spot, locked=True)),),
    ROOMY,
)


def _plan(spot: Spot, *, copied: bool) -> str:
    rule: dict[str, Any] = {
        "RuleName": "daily",
        "TargetBackupVaultName": "Default",
        "ScheduleExpression": "cron(0 5 ? * * *)",
        "Lifecycle": {"DeleteAfterDays": 35},
    }
    if copied:
        other = spot.elsewhere()
        rule["CopyActions"] = [{"DestinationBackupVaultArn": other.arn("backup", "backup-vault:Default")}]
    made = spot.do("backup:CreateBackupPlan", BackupPlan={"BackupPlanName": spot.name("backups"), "Rules": [rule]})
    return made["BackupPlanArn"]


UNCOPIED_BACKUPS = Case(
    "recovery/backups-in-same-account",
    "a backup plan copies nothing to another account",
    (Variety("no copies", lambda spot: _plan(spot, copied=False)),),
    (Variety("copies to another account's vault", lambda spot: _plan(spot, copied=True)),),
    ROOMY,
)
CASES = (
    UNPROTECTED_TABLE,
    NO_BACKUPS,
    DELETABLE,
    PUBLIC_DATABASE,
    SILENT_DATABASE,
    DOOMED_KEY,
    UNLOCKED_VAULT,
    UNCOPIED_BACKUPS,
)
