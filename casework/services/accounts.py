"""Signing in, and what people may change of their own account.

Whoever checks a secret first commits the try (``count_try``, ``count_code_try``), so that tries
at the same moment are counted too and none is lost when a page fails.
"""

import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from casework.errors import CaseworkError, Invalid
from casework.language import LOCALES, N_
from casework.models import ResetLink, User
from casework.sealing import Sealer
from casework.services import tallies, totp
from casework.services.passwords import (
    check_new_password,
    hash_password,
    needs_rehash,
    verify_password,
)
from casework.services.sessions import end_all_sessions, hashed

NO_PASSWORD = "!"
"""What stands for a hash where nobody has chosen a password yet; no text is behind it."""

WINDOW = timedelta(minutes=15)
TRIES_AT_ONE_PLACE, TRIES_OF_ACCOUNT, TRIES_OF_SOURCE = 10, 50, 200
"""Tries of one account from one source, of one account, from one source, in each window.

One place runs out first, so that a stranger cannot keep the owner of an account out by wrong
tries; a whole house behind one address is counted by its failures only.
"""
LINK_HOLDS = timedelta(hours=1)
RESET_PATH = "/account/reset/"


class WrongLogin(CaseworkError):
    """The name is not known, the password is not its own, or the account is closed: all alike."""

    message = N_("The user name or the password is not right.")


class WrongCode(CaseworkError):
    message = N_("This code is not right, or it has been used already. Wait for the next one.")


class DeadLink(CaseworkError):
    """The link was used, is too old, was followed by a newer one, or never existed."""

    message = N_("This link does not work any more. Ask your administrator for a new one.")


def count_try(db: Session, username: str, source: str, at: datetime) -> None:
    """Count a try to sign in. Raises TooMany, the same for names that do not exist."""
    for key, limit in _login_keys(username, source):
        tallies.spend(db, key, limit, WINDOW, at)


def sign_in(db: Session, username: str, password: str, *, source: str, at: datetime) -> User:
    """Return the person behind a name and a password; the try was counted before.

    Raises WrongLogin, in the same time and words for whatever is wrong.
    """
    user = db.scalars(
        select(User)
        .where(User.username == normal_username(username), User.disabled_at.is_(None))
        .options(joinedload(User.department))
    ).one_or_none()
    stored = user.password_hash if user else NO_PASSWORD
    matches = verify_password(None if stored == NO_PASSWORD else stored, password)
    if user is None or not matches:
        raise WrongLogin()
    if needs_rehash(stored):
        user.password_hash = hash_password(password)
    for key, _ in _login_keys(username, source):
        tallies.give_back(db, key, WINDOW, at)
    return user


def _login_keys(username: str, source: str) -> tuple[tuple[str, int], ...]:
    """Return what a try is counted under, without a name or an address in plain text."""
    name, place = _short(normal_username(username)), _short(source)
    return (
        (f"login:{name}:{place}", TRIES_AT_ONE_PLACE),
        (f"login:{name}", TRIES_OF_ACCOUNT),
        (f"login-from:{place}", TRIES_OF_SOURCE),
    )


def _short(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def normal_username(typed: str) -> str:
    """Return a user name as it is stored: one width, small letters, nothing around it."""
    return unicodedata.normalize("NFKC", typed).replace("\0", "").strip().lower()[:64]


def password_proof(user: User) -> str:
    """Return what shows, until the password changes, that somebody has given it."""
    return _short(user.password_hash)


def still_proven(db: Session, user_id: int, proof: str) -> User | None:
    """Return the person whose password was given a moment ago and still is the same."""
    user = db.get(User, user_id, options=[joinedload(User.department)])
    if user is None or user.disabled_at or password_proof(user) != proof:
        return None
    return user


def has_second_step(user: User) -> bool:
    """Say whether a one-time code is asked for after the password."""
    return user.totp_sealed is not None


def count_code_try(db: Session, user: User, at: datetime) -> None:
    """Count a try to give a one-time code or the own password. Raises TooMany."""
    tallies.spend(db, f"code:{user.id}", TRIES_AT_ONE_PLACE, WINDOW, at)


def check_code(db: Session, user: User, code: str, *, at: datetime, sealer: Sealer) -> None:
    """Take a one-time code, which is worth nothing from then on, also at the same moment.

    Raises WrongCode.
    """
    if user.totp_sealed is None:
        raise WrongCode()
    seed = sealer.open_sealed(user.totp_sealed, row=seed_row(user))["seed"]
    step = totp.matching_step(seed, code, at)
    if step is None or not _take_step(db, user, step):
        raise WrongCode()
    tallies.give_back(db, f"code:{user.id}", WINDOW, at)


def _take_step(db: Session, user: User, step: int) -> bool:
    taken = db.execute(
        update(User)
        .where(User.id == user.id, (User.totp_last_step.is_(None)) | (User.totp_last_step < step))
        .values(totp_last_step=step)
        .returning(User.id)
    ).one_or_none()
    return taken is not None


def seed_row(user: User) -> str:
    """Return the name under which the seed of ``user`` is sealed."""
    return f"users/{user.id}"


def set_up_totp(
    db: Session, user: User, seed: str, code: str, *, at: datetime, sealer: Sealer
) -> None:
    """Ask for one-time codes of ``seed`` from now on; ``code`` proves that the person has it.

    Raises Invalid for a code that does not fit.
    """
    step = totp.matching_step(seed, code, at)
    if step is None:
        raise Invalid("code", N_("This code does not fit. Check the clock of your telephone."))
    user.totp_sealed = sealer.seal({"seed": seed}, row=seed_row(user))
    user.totp_last_step = step
    db.flush()


def remove_totp(db: Session, user: User) -> None:
    """Ask ``user`` for no code any more: a lost telephone, or an own wish."""
    user.totp_sealed = user.totp_last_step = None
    db.flush()


def check_own_password(db: Session, user: User, password: str, *, at: datetime) -> None:
    """Make sure that it is the person who sits there; the try was counted before.

    Raises Invalid.
    """
    stored = None if user.password_hash == NO_PASSWORD else user.password_hash
    if not verify_password(stored, password):
        raise Invalid("current", N_("This is not your password."))
    tallies.give_back(db, f"code:{user.id}", WINDOW, at)


def change_password(
    db: Session, user: User, password: str, *, at: datetime, words: Iterable[str] = ()
) -> None:
    """Give ``user`` a new password; all sessions and all reset links of the person end.

    ``words`` are names of the district, beside those of the person, that it must not consist
    of. Raises Invalid.
    """
    check_new_password(password, context_words=[*_names_of(user), *words])
    user.password_hash = hash_password(password)
    user.password_changed_at = at
    user.must_change_password = False
    db.flush()
    end_all_sessions(db, user, at)
    void_links(db, user, at)


def _names_of(user: User) -> list[str]:
    names = [user.username, user.display_name, user.email.partition("@")[0]]
    if user.department:
        names += [user.department.name, user.department.name_en, user.department.code]
    return [name for name in names if name]


def choose_language(user: User, language: str) -> None:
    """Keep the language that ``user`` wants to read; empty leaves it to the browser."""
    if language and language not in LOCALES:
        raise Invalid("language", N_("Choose one of the languages."))
    user.language = language


def make_reset_link(db: Session, user: User, *, public_url: str, at: datetime) -> str:
    """Return an address at which ``user`` sets a password, once, within an hour.

    Its host is the one of the settings, whatever a request says. Older links end.
    """
    token = secrets.token_urlsafe(32)
    void_links(db, user, at)
    db.add(
        ResetLink(
            token_hash=hashed(token), user_id=user.id, created_at=at, expires_at=at + LINK_HOLDS
        )
    )
    db.flush()
    return f"{public_url.rstrip('/')}{RESET_PATH}{token}"


def void_links(db: Session, user: User, at: datetime) -> None:
    """End the reset links of ``user`` that nobody has used."""
    db.execute(
        update(ResetLink)
        .where(ResetLink.user_id == user.id, ResetLink.used_at.is_(None))
        .values(used_at=at)
    )


def link_owner(db: Session, token: str, at: datetime) -> User:
    """Return for whom a reset link was made, and leave it usable. Raises DeadLink."""
    user = db.scalars(
        select(User)
        .join(ResetLink, ResetLink.user_id == User.id)
        .where(
            ResetLink.token_hash == hashed(token),
            ResetLink.used_at.is_(None),
            ResetLink.expires_at > at,
            User.disabled_at.is_(None),
        )
        .options(joinedload(User.department))
    ).one_or_none()
    if user is None:
        raise DeadLink()
    return user


def use_reset_link(
    db: Session, token: str, password: str, *, at: datetime, words: Iterable[str] = ()
) -> User:
    """Set the password for which a link was made; the link is used up, also at the same moment.

    Raises DeadLink, or Invalid for a password that will not do, which leaves the link usable.
    """
    user = link_owner(db, token, at)
    used = db.execute(
        update(ResetLink)
        .where(ResetLink.token_hash == hashed(token), ResetLink.used_at.is_(None))
        .values(used_at=at)
        .returning(ResetLink.user_id)
    ).one_or_none()
    if used is None:
        raise DeadLink()
    change_password(db, user, password, at=at, words=words)
    return user
