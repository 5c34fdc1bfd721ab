"""The way from a printed slip back to the case: an address as text and as a picture."""

from dataclasses import dataclass

from markupsafe import Markup

from casework.models import Case
from casework.web.outside import address_of
from casework.web.pictures import qr_code
from casework.web.rules import rules


@dataclass(frozen=True, slots=True)
class FollowSlip:
    """What stands on the slip beside number and code."""

    address: str
    picture: Markup
    hotline: str


def follow_slip(case: Case) -> FollowSlip:
    """Return the way to the page of ``case``.

    The picture holds the number and never the code: an address is kept by browsers, telephones
    and servers that it passes (controls Z6).
    """
    return FollowSlip(
        address_of("petitioner.follow"),
        qr_code(address_of("petitioner.follow", number=case.number)),
        rules().settings.hotline,
    )
