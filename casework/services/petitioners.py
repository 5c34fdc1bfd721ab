"""Who asks: what identifies them is sealed for its row, and opened for those who may read it."""

import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime

from casework.models import Case, Petitioner
from casework.sealing import Sealer, row_name


@dataclass(frozen=True, slots=True)
class Contact:
    """Who asks, as they gave it; every field may be empty.

    ``told_by`` is how they want to be told of news: "none", "mail" or "sms".
    """

    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    email: str = ""
    told_by: str = field(default="none", compare=False)


def sealed_petitioner(
    case: Case, contact: Contact, *, position: int, at: datetime, sealer: Sealer
) -> Petitioner:
    """Return the row that keeps ``contact`` encrypted, with the hashes that find it again."""
    row_id = uuid.uuid4()
    details = asdict(contact)
    told_by = details.pop("told_by")

    def hashed(name: str, value: str) -> bytes | None:
        return sealer.search_hash(name, value) if value else None

    return Petitioner(
        id=row_id,
        case=case,
        position=position,
        sealed=sealer.seal(details, row=row_name("petitioners", row_id)),
        phone_hash=hashed("phone", contact.phone),
        name_hash=hashed("name", contact.name),
        id_number_hash=hashed("id_number", contact.id_number),
        email_hash=hashed("email", contact.email),
        told_by=told_by if _reached_by(contact, told_by) else "none",
        added_at=at,
    )


def _reached_by(contact: Contact, told_by: str) -> bool:
    return bool({"mail": contact.email, "sms": contact.phone}.get(told_by))


def opened_contact(petitioner: Petitioner, sealer: Sealer) -> Contact:
    """Return the contact details in clear; whoever shows them logs it first.

    Raises SealBroken for a row whose ciphertext was changed or moved.
    """
    return Contact(
        **sealer.open_sealed(petitioner.sealed, row=row_name("petitioners", petitioner.id))
    )
