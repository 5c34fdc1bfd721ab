"""All doors of the site, in one list. Whoever adds a blueprint adds it here."""

from flask import Blueprint

from casework.web.blueprints import (
    account,
    cases,
    department,
    department_steps,
    health,
    home,
    profile,
)
from casework.web.language import bp as language

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.bp,
    health.bp,
    account.bp,
    profile.bp,
    cases.bp,
    department.bp,
    department_steps.bp,
    language,
)
