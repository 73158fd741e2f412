"""The one way an action says no; `service.py` turns it into the vendor's error body."""


class ApiError(Exception):
    """A refusal as the vendor words it: nothing was started, stopped or changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
