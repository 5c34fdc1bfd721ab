"""Keeping personal data unreadable: encryption, keyed hashes, access codes and masks.

Nothing here is kept in a global: whoever needs a secret is given a ``Sealer``, and its printed
form shows none.
"""

import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 13
"""Thirteen characters of five bits each: 65 bits, more than anybody can try."""

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class SealBroken(Exception):
    """A sealed value was changed, moved to another row, or sealed with a key that is not here."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The encryption keys by id. New values are sealed with the current key, old ones opened."""

    current: str
    _ciphers: Mapping[str, AESGCM] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "id:base64,id:base64", of which the first key is the current one.

        Each key has 32 bytes. Raises ValueError, whose message never holds a part of a key.
        """
        ciphers: dict[str, AESGCM] = {}
        for position, part in enumerate(text.split(","), start=1):
            key_id, colon, encoded = part.strip().partition(":")
            if not colon or not _KEY_ID.fullmatch(key_id) or key_id in ciphers:
                raise ValueError(f"encryption key {position} needs an id of its own: id:base64")
            ciphers[key_id] = AESGCM(_decoded(encoded, f"encryption key {position}"))
        return cls(next(iter(ciphers)), ciphers)

    def cipher(self, key_id: str) -> AESGCM:
        """Return the cipher of a key. Raises SealBroken for an unknown one."""
        try:
            return self._ciphers[key_id]
        except KeyError:
            raise SealBroken(f"there is no key {key_id!r}") from None


def _decoded(encoded: str, what: str) -> bytes:
    try:
        key = b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        raise ValueError(f"{what} is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"{what} must have {KEY_BYTES} bytes")
    return key


class Sealer:
    """The secrets of one district, and everything that is done with them.

    Each purpose has a key of its own that is derived from ``hash_key``, so that a hash made for
    a search says nothing about a log line or a code.
    """

    __slots__ = ("_chain_key", "_code_key", "_form_key", "_keyring", "_search_key")

    def __init__(self, keyring: KeyRing, hash_key: bytes) -> None:
        if len(hash_key) < KEY_BYTES:
            raise ValueError(f"the hash key must have {KEY_BYTES} bytes or more")
        self._keyring = keyring
        self._search_key = _mac(hash_key, b"search")
        self._code_key = _mac(hash_key, b"access code")
        self._form_key = _mac(hash_key, b"form token")
        self._chain_key = _mac(hash_key, b"log chain")

    @classmethod
    def from_text(cls, keys: str, hash_key: str) -> Self:
        """Read both settings as they stand in the environment; the hash key is base64."""
        return cls(KeyRing.parse(keys), _decoded(hash_key, "the hash key"))

    def seal(self, plain: Mapping[str, str], *, row: str) -> bytes:
        """Encrypt ``plain`` for one row, named "table/id"; it opens nowhere else."""
        text = json.dumps(dict(plain), ensure_ascii=False, sort_keys=True).encode()
        return self.seal_bytes(text, row=row)

    def open_sealed(self, blob: bytes, *, row: str) -> dict[str, str]:
        """Return what was sealed for ``row``. Raises SealBroken if this is not it."""
        opened: dict[str, str] = json.loads(self.open_bytes(blob, row=row))
        return opened

    def seal_bytes(self, plain: bytes, *, row: str) -> bytes:
        """Encrypt the content of a file for one row, named "table/id"; it opens nowhere else."""
        key_id, nonce = self._keyring.current, secrets.token_bytes(NONCE_BYTES)
        sealed = self._keyring.cipher(key_id).encrypt(nonce, plain, _bound_to(key_id, row))
        return bytes([len(key_id)]) + key_id.encode() + nonce + sealed

    def open_bytes(self, blob: bytes, *, row: str) -> bytes:
        """Return the content that was sealed for ``row``. Raises SealBroken if this is not it."""
        key_id, rest = _split(bytes(blob))
        cipher = self._keyring.cipher(key_id)
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _bound_to(key_id, row))
        except (InvalidTag, ValueError):
            raise SealBroken(f"the sealed value of {row} was changed or moved") from None

    def is_current(self, blob: bytes) -> bool:
        """Say whether ``blob`` is sealed with the current key already."""
        return _split(bytes(blob))[0] == self._keyring.current

    def reseal(self, blob: bytes, *, row: str) -> bytes:
        """Return ``blob`` sealed with the current key, as a change of keys needs it."""
        return self.seal_bytes(self.open_bytes(blob, row=row), row=row)

    def search_hash(self, name: str, value: str) -> bytes:
        """Return the keyed hash by which a value of the field ``name`` is found exactly.

        Ways of writing the same value give one hash. Raises LookupError for an unknown field.
        """
        return _mac(self._search_key, f"{name}\0{NORMAL_FORMS[name](value)}".encode())

    def content_hash(self, content: bytes) -> bytes:
        """Return the keyed hash by which a file is known, which tells nobody else what it is."""
        return _mac(self._search_key, b"file\0" + content)

    @staticmethod
    def new_access_code() -> str:
        """Return a code that nobody can guess, grouped as people read it aloud."""
        return _grouped(secrets.randbits(5 * CODE_LENGTH))

    def access_code_from(self, form_token: str) -> str:
        """Return the one code that belongs to a form, however often the form is sent."""
        digest = _mac(self._form_key, form_token.encode())
        return _grouped(int.from_bytes(digest) >> (8 * len(digest) - 5 * CODE_LENGTH))

    def confirmation_number(self, nonce: str) -> str:
        """Return the six digits that belong to ``nonce``, which alone does not tell them."""
        digest = _mac(self._code_key, b"confirmation\0" + nonce.encode())
        return f"{int.from_bytes(digest) % 10**6:06d}"

    def access_code_hash(self, code: str, number: str) -> bytes:
        """Return what is stored of ``code``; the same code of another case hashes otherwise."""
        return _mac(self._code_key, f"{number}\0{normalise_access_code(code)}".encode())

    def opens(self, code: str, number: str, access_hash: bytes) -> bool:
        """Say whether ``code`` belongs to the case, taking the same time for either answer."""
        return same(self.access_code_hash(code, number), access_hash)

    def chain_hash(self, previous: bytes, payload: Mapping[str, object]) -> bytes:
        """Return the hash of a log line, which covers every line before it through ``previous``.

        Raises TypeError for a payload that would not come back alike from the database.
        """
        return _mac(self._chain_key, bytes([len(previous)]) + previous + canonical_json(payload))


def row_name(table: str, key: object) -> str:
    """Return the name of a row to which sealed values are bound."""
    return f"{table}/{key}"


def same(one: bytes, other: bytes) -> bool:
    """Compare two secrets without telling by the time how far they agree."""
    return hmac.compare_digest(one, bytes(other))


def canonical_json(payload: Mapping[str, object]) -> bytes:
    """Return the one way to write ``payload``. Raises TypeError for floats and foreign types."""
    _check_exact(payload)
    return json.dumps(
        payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _check_exact(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("a key must be text")
            _check_exact(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_exact(inner)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(f"a {type(value).__name__} cannot be written exactly")


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, hashlib.sha256)


def _bound_to(key_id: str, row: str) -> bytes:
    return f"casework\0{key_id}\0{row}".encode()


def _split(blob: bytes) -> tuple[str, bytes]:
    length = blob[0] if blob else 0
    key_id = blob[1 : 1 + length].decode("ascii", "replace")
    if not _KEY_ID.fullmatch(key_id):
        raise SealBroken("this is no sealed value")
    return key_id, blob[1 + length :]


def _grouped(bits: int) -> str:
    places = range(5 * (CODE_LENGTH - 1), -1, -5)
    code = "".join(CODE_ALPHABET[bits >> place & 31] for place in places)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


_MISREAD = str.maketrans("OIL", "011")
_SPACES = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_CODE_MARKS = re.compile(r"[\W_]+")
_NOT_DIGITS = re.compile(r"[^0-9]+")


def normalise_access_code(code: str) -> str:
    """Return what somebody typed as the bare code: any case, width, spaces and dashes.

    The letters O, I and L, which no code has, are read as 0 and 1.
    """
    plain = unicodedata.normalize("NFKC", code)
    return _CODE_MARKS.sub("", plain).upper().translate(_MISREAD)


def normalise_text(value: str) -> str:
    """Return ``value`` in one width and case, without spaces and invisible marks."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", value)).casefold()


def normalise_phone(value: str) -> str:
    """Return the digits of a number without the code of the country, 86.

    What has no digit at all is kept as text, or all such entries would be found as one.
    """
    plain = normalise_text(value)
    digits = _NOT_DIGITS.sub("", plain)
    if digits.startswith("0086"):
        return digits[4:]
    if digits.startswith("86") and (plain.startswith(("+86", "(+86")) or len(digits) == 13):
        return digits[2:]
    return digits or plain


NORMAL_FORMS: Mapping[str, Callable[[str], str]] = {
    "name": normalise_text,
    "phone": normalise_phone,
    "id_number": lambda value: normalise_text(value).upper(),
    "email": normalise_text,
    "address": normalise_text,
}
"""How each field is written before it is hashed; a change needs all hashes made anew."""


def mask_name(name: str) -> str:
    """Return the first character of a name and stars: 张**."""
    name = name.strip()
    return name[:1] + "*" * min(len(name) - 1, 3) if len(name) > 1 else "*" * len(name)


def mask_phone(phone: str) -> str:
    """Return a number of which three digits and the last four stand: 138****1234."""
    number = normalise_phone(phone)
    if len(number) >= 11:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    shown = 2 if len(number) > 6 else 0
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def mask_id(number: str) -> str:
    """Return an ID number of which the province and the last two characters stand."""
    plain = NORMAL_FORMS["id_number"](number)
    if len(plain) < 15:
        return "*" * len(plain)
    return f"{plain[:3]}{'*' * (len(plain) - 5)}{plain[-2:]}"


def mask_email(email: str) -> str:
    """Return a mail address of which the first character and the provider stand."""
    local, at, host = email.strip().rpartition("@")
    return f"{local[:1]}***@{host}" if at and local else "***" if email.strip() else ""


_DISTRICT = re.compile(r"(?:(?![小社园]区).){1,12}?[区县]")


def mask_address(address: str) -> str:
    """Return an address down to its district, or nothing of it where none is named."""
    address = address.strip()
    district = _DISTRICT.match(address)
    return f"{district[0]}***" if district else "***" if address else ""
