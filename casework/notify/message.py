"""A notice ready to leave: rendered, addressed, with the key that makes it known again."""

import hashlib
from dataclasses import dataclass, field

from casework.models import Medium


@dataclass(frozen=True, slots=True)
class Message:
    """What a transport is given. Nothing personal shows in its printed form."""

    key: str
    medium: Medium
    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    language: str = "zh_CN"
    secret: str = field(default="", repr=False)

    @property
    def digest(self) -> str:
        """Return the key in a form that fits every header and tells nothing about the case."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:40]
