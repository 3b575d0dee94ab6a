"""A question that cannot be asked."""

from tenfold.model.errors import ConfigError


class QueryError(ConfigError):
    """The text is not SQL, names what is not there, or does what a question may not do."""
