"""Conditions a step may put on a case. Pure: they read facts, and nothing else.

A guard's docstring is what the person who is refused will read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from casework.language import N_


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the workflow may know when it decides.

    The first group stands on the case before anybody types anything; the second is what the
    step itself brings. ``None`` in the second group means that it has not been asked for yet.
    """

    lead_department_id: int | None = None
    actor_department_id: int | None = None
    actor_id: int | None = None
    objection_open: bool = False
    author_id: int | None = None
    another_reviewer: bool = False
    consent: bool = False
    redaction_ready: bool = False
    redactor_id: int | None = None
    another_publisher: bool = False
    wants_leader: bool = False
    to_clear: bool = False
    rating_window_open: bool = True
    redo_wanted: bool = True
    is_review: bool = False
    under_review: bool = False
    erased: bool = False

    accused_department_id: int | None = None
    barred_department_ids: frozenset[int] = frozenset()
    target_department_ids: frozenset[int] = frozenset()
    target_case_running: bool | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """One condition with the sentence that explains it.

    ``asks_input`` marks a condition on what the step brings: it is left aside when a page
    only asks which steps are open.
    """

    name: str
    holds: Callable[[CaseFacts], bool]
    explanation: str
    asks_input: bool = False


with_your_department = Guard(
    "with_your_department",
    lambda f: f.lead_department_id is not None and f.lead_department_id == f.actor_department_id,
    N_("Only the lead department of this case can do this."),
)
objection_in_time = Guard(
    "objection_in_time",
    lambda f: f.objection_open,
    N_(
        "A case can be sent back once, within 5 working days of its dispatch. "
        "That time is over or has been used."
    ),
)
not_the_author = Guard(
    "not_the_author",
    lambda f: f.author_id != f.actor_id or not f.another_reviewer,
    N_("You wrote this reply. Another reviewer of your department must approve it."),
)
petitioner_consents = Guard(
    "petitioner_consents",
    lambda f: f.consent,
    N_("The petitioner has not consented to publication."),
)
public_text_ready = Guard(
    "public_text_ready",
    lambda f: f.redaction_ready,
    N_("Prepare the public text first: every personal detail must be removed."),
)
second_person_publishes = Guard(
    "second_person_publishes",
    lambda f: f.redactor_id != f.actor_id or not f.another_publisher,
    N_("You prepared the public text. A colleague must check and publish it."),
)
leader_has_cleared = Guard(
    "leader_has_cleared",
    lambda f: not f.wants_leader,
    N_("This text is sensitive. A leader must approve it before it is published."),
)
waits_for_leader = Guard(
    "waits_for_leader",
    lambda f: f.to_clear,
    N_("No public text of this case waits for a leader."),
)
within_rating_window = Guard(
    "within_rating_window",
    lambda f: f.rating_window_open,
    N_("The time in which this case could be done again has passed."),
)
redo_has_a_ground = Guard(
    "redo_has_a_ground",
    lambda f: f.redo_wanted,
    N_("A case is done again after a dissatisfied rating or a follow-up."),
)
not_erased = Guard(
    "not_erased",
    lambda f: not f.erased,
    N_("This case has been erased. It cannot be done again."),
)
not_the_accused = Guard(
    "not_the_accused",
    lambda f: f.accused_department_id not in f.target_department_ids,
    N_("The case is about this department. It must not receive it."),
    asks_input=True,
)
not_the_reviewed = Guard(
    "not_the_reviewed",
    lambda f: f.barred_department_ids.isdisjoint(f.target_department_ids),
    N_("This department gave the answer that is to be reviewed. Another one must do it."),
    asks_input=True,
)
stands_alone = Guard(
    "stands_alone",
    lambda f: not f.is_review,
    N_("A review is answered for itself. It cannot be merged."),
)
not_a_review = Guard(
    "not_a_review",
    lambda f: not f.is_review,
    N_("The answer to a review is not done again. Its petitioner can ask for a re-review."),
)
not_under_review = Guard(
    "not_under_review",
    lambda f: not f.under_review,
    N_("A review of this answer has been asked for. The case is not done again beside it."),
)
target_runs = Guard(
    "target_runs",
    lambda f: f.target_case_running is True,
    N_("The case to merge into must be another case that is still running."),
    asks_input=True,
)
has_text = Guard(
    "has_text",
    lambda f: bool(f.text and f.text.strip()),
    N_("Write the text first."),
    asks_input=True,
)
