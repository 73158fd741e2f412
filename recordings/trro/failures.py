"""The two ways an exchange with the vendor can fail, told apart by whether bytes of the request had left.

They travel from the transport to the gateway and no further. Their texts never hold a secret.
"""


class NeverSent(Exception):
    """No byte of the request has left: certainly nothing was started."""

    def __init__(self, code: str, message: str, *, repeatable: bool = False) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.repeatable = repeatable


class AnswerLost(Exception):
    """The request may have been acted on; `body` is what was read of the response, if anything."""

    def __init__(self, code: str, message: str, *, body: bytes = b"") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.body = body
