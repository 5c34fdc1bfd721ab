"""The one refusal of a file's content."""


class Unfit(Exception):
    """The content cannot be kept; ``message`` is a msgid that names the file as %(name)s."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
