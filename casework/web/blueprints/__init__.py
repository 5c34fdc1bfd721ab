"""All doors of the site, in one list. Whoever adds a blueprint adds it here."""

from flask import Blueprint

from casework.web.blueprints import (
    account,
    admin,
    appeals,
    articles,
    case_files,
    circulars,
    clean_texts,
    clearing,
    consent,
    corrections,
    demo_outbox,
    department,
    department_steps,
    erasures,
    extensions,
    figures_levels,
    files,
    follow_ups,
    guides,
    health,
    hearings,
    inbox,
    joining,
    matter_steps,
    matters,
    open_data,
    operator,
    paper,
    profile,
    public_figures,
    reviews,
    rights,
    supervision,
    supervision_answers,
    supervision_bench,
    supervision_levels,
    supervision_steps,
    undelivered,
    unpublished,
)
from casework.web.display import bp as display
from casework.web.language import bp as language

BLUEPRINTS: tuple[Blueprint, ...] = (
    paper.bp,  # the door of the first page and those beside it
    rights.bp,  # the door of all pages of petitioners
    public_figures.bp,  # the door of all public pages
    open_data.bp,
    guides.bp,
    matters.bp,
    joining.bp,
    health.bp,
    files.bp,
    account.bp,
    profile.bp,
    admin.bp,
    case_files.bp,  # the door of all pages of a case
    consent.bp,
    department.bp,
    department_steps.bp,
    extensions.bp,
    clean_texts.bp,  # the door of the office's desk
    corrections.bp,  # the door of all the office's steps
    clearing.bp,
    matter_steps.bp,
    erasures.bp,
    operator.bp,
    articles.bp,
    follow_ups.bp,
    reviews.bp,
    reviews.asking,
    hearings.bp,
    supervision.bp,
    supervision_steps.bp,
    supervision_levels.bp,
    supervision_bench.bp,
    supervision_answers.bp,
    figures_levels.bp,  # the door of all figures
    circulars.bp,
    appeals.bp,
    unpublished.bp,
    inbox.bp,
    undelivered.bp,
    demo_outbox.bp,
    language,
    display,
)
