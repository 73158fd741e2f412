"""The two ways an exchange with the vendor can fail, distinguished by whether bytes of the request had left.

They travel from the transport to the gateway and no further. Their texts never hold a secret. MomentMissed is no
failure: it goes on to the caller whose moment it was.
"""


class MomentMissed(Exception):
    """The call was ready too late to leave at its moment. Nothing has left, and it can be made again at another."""


class NeverSent(Exception):
    """No byte of the request has left: certainly nothing was started."""

    def __init__(self, code: str, message: str, *, repeatable: bool = False) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.repeatable = repeatable


class AnswerLost(Exception):
    """No usable response: the request may have been acted on; `body` is what was read of the response, if anything.

    Named like its codes, `AnswerLost.Timeout` and so on: those are stored in the ledger and in exports, and users
    search for them, so they stay.
    """

    def __init__(self, code: str, message: str, *, body: bytes = b"") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.body = body
