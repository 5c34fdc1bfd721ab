"""The ways a use case can refuse. The web layer alone knows their HTTP codes.

A message is a msgid with named placeholders; ``details`` fills them. Whoever shows an error
translates the message first, so the core never needs to know who reads it.
"""

from casework.language import N_


class CaseworkError(Exception):
    """Base class. ``message`` is safe to show to the person who asked."""

    message: str = N_("This cannot be done.")

    def __init__(self, **details: object) -> None:
        super().__init__(self.message % details if details else self.message)
        self.details = details


class NotPermitted(CaseworkError):
    """This person may not do this."""

    message = N_("You are not permitted to do this.")


class NotFound(CaseworkError):
    """There is no such thing, or it is not this person's to know of: both answer alike."""

    message = N_("There is nothing at this address.")


class IllegalStep(CaseworkError):
    """The case is not in a state from which this action leads anywhere."""

    message = N_(
        "This case has moved on, so this step is no longer open. "
        "Read the case again before you go on."
    )


class Conflict(CaseworkError):
    """Somebody else was first."""

    message = N_("Somebody else has changed this in the meantime. Read it again before you go on.")


class _Reasoned(CaseworkError):
    """An error whose whole message is given where it is raised."""

    def __init__(self, reason: str, **details: object) -> None:
        self.message = reason
        super().__init__(**details)


class GuardFailed(_Reasoned):
    """The table has the step, but one of its conditions does not hold; ``reason`` says which."""


class TooMany(CaseworkError):
    """Too many tries; another is welcome after ``retry_after`` seconds."""

    message = N_("Too many tries. You can try again in %(minutes)d min.")

    def __init__(self, retry_after: int) -> None:
        self.retry_after = max(1, retry_after)
        super().__init__(retry_after=self.retry_after, minutes=-(-self.retry_after // 60))


class Invalid(_Reasoned):
    """What was given for ``field`` cannot be accepted; the page shows the reason beside it."""

    def __init__(self, field: str, message: str, **details: object) -> None:
        self.field = field
        super().__init__(message, **details)
