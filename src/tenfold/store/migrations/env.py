"""What Alembic runs around the steps: on the connection, and in the transaction, that `database.migrate` hands in."""

from alembic import context

from tenfold.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
