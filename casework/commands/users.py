"""``casework users``: the people who sign in, from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.commands._work import Work, at_work, locale, plain_errors, say
from casework.errors import Invalid, NotFound
from casework.language import N_, translate
from casework.models import Department, User
from casework.queries.people import PAGE, people, person_named
from casework.services import people as changes
from casework.services.accounts import NO_PASSWORD, normal_username
from casework.services.defaults import seed_defaults
from casework.workflow.states import STAFF_ROLES, Role
from casework.workflow.words import ROLES

ROLE = click.Choice(sorted(role.value for role in STAFF_ROLES))
LINK = N_("Give this link to %(name)s. It works once, for one hour, and is not shown again:")


@click.group()
def command() -> None:
    """The people who sign in: add, list, disable, and links to set a password."""


@command.command("first-administrator")
@click.argument("username")
@click.option("--name", "display_name", required=True, help="What the person is called.")
def first_administrator(username: str, display_name: str) -> None:
    """Add the first administrator of a district and print a one-time link for the password.

    Works only while there is no administrator who can sign in. There are no other default
    accounts.
    """
    with _changing() as (work, at):
        seed_defaults(work.session, at=at)
        user = changes.add_first_administrator(
            work.session, username=username, display_name=display_name, at=at
        )
        link = _link(work, user, at)
    _show(user, link)


@command.command()
@click.argument("username")
@click.option("--name", "display_name", required=True, help="What the person is called.")
@click.option("--role", type=ROLE, required=True, help="What the person does.")
@click.option("--department", metavar="CODE", help="Where; handlers and reviewers need one.")
@click.option("--email", default="", help="For notices.")
@click.option("--mobile", default="", help="For text messages.")
def add(
    username: str,
    display_name: str,
    role: str,
    department: str | None,
    email: str,
    mobile: str,
) -> None:
    """Add somebody and print a one-time link with which the password is set."""
    with _changing() as (work, at):
        user = changes.add_person(
            work.session,
            username=username,
            display_name=display_name,
            role=Role(role),
            department_id=_department_id(work.session, department),
            email=email,
            mobile=mobile,
            by=None,
            at=at,
        )
        link = _link(work, user, at)
    _show(user, link)


@command.command("list")
@click.option("--role", type=ROLE, help="Only those who do this.")
@click.option("--department", metavar="CODE", help="Only those of this department.")
def list_people(role: str | None, department: str | None) -> None:
    """List the people: user name, role, department code, name, and whether they can sign in."""
    with plain_errors(), at_work() as work:
        department_id = _department_id(work.session, department)
        after = ""
        while True:
            found = people(
                work.session,
                role=Role(role) if role else None,
                department_id=department_id,
                after=after,
            )
            for user in found[:PAGE]:
                click.echo("\t".join(_line(user)))
            if len(found) <= PAGE:
                return
            after = found[PAGE - 1].username


@command.command()
@click.argument("username")
def disable(username: str) -> None:
    """Let somebody sign in no more; all their sessions end at once."""
    with _changing() as (work, at):
        changes.disable(work.session, _named(work, username), by=None, at=at)
    say(N_("%(name)s cannot sign in any more."), name=username)


@command.command("reset-link")
@click.argument("username")
def reset_link(username: str) -> None:
    """Print a link with which somebody sets a new password, once, within an hour."""
    with _changing() as (work, at):
        user = _named(work, username)
        link = _link(work, user, at)
    _show(user, link)


@contextmanager
def _changing() -> Iterator[tuple[Work, datetime]]:
    """Run a change in one transaction, at one instant."""
    with plain_errors(), at_work() as work:
        yield work, datetime.now(UTC)
        work.session.commit()


def _named(work: Work, username: str) -> User:
    try:
        return person_named(work.session, normal_username(username))
    except NotFound:
        nobody = N_("There is nobody with the user name %(name)s.")
        raise Invalid("username", nobody, name=username) from None


def _department_id(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalars(select(Department.id).where(Department.code == code)).one_or_none()
    if found is None:
        raise Invalid(
            "department_id", N_("There is no department with the code %(code)s."), code=code
        )
    return found


def _link(work: Work, user: User, at: datetime) -> str:
    return changes.reset_link(
        work.session, user, public_url=work.settings.public_url, by=None, at=at
    )


def _show(user: User, link: str) -> None:
    say(LINK, name=user.username)
    click.echo(link)


def _line(user: User) -> tuple[str, ...]:
    state = N_("can sign in")
    if user.disabled_at:
        state = N_("disabled")
    elif user.password_hash == NO_PASSWORD:
        state = N_("no password yet")
    return (
        user.username,
        translate(locale(), ROLES[user.role]),
        user.department.code if user.department else "-",
        user.display_name,
        translate(locale(), state),
    )
