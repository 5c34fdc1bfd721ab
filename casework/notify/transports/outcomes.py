"""How a sending can fail, in words that hold nothing personal."""


class SendFailed(Exception):
    """It was not sent. ``reason`` is a short code such as "SMTP 451", and never an address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Later(SendFailed):
    """It may work another time: try again, each time after a longer while."""


class Refused(SendFailed):
    """It will never work, as the address is not taken; a person has to look at it."""
