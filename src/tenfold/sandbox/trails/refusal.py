"""What CloudTrail refuses."""


class Refusal(Exception):  # noqa: N818 - AWS's word for what follows is a fault; this is the decision
    """An error answer of CloudTrail: its code, its message, and an HTTP status of 400."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message
