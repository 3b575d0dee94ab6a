"""The state database: runs, snapshots, findings, and who may write."""
