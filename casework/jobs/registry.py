"""All scheduled work, as one table. ``casework jobs run`` is the only thing that starts it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from apscheduler.triggers.cron import CronTrigger

from casework.jobs import calendar, erasing, figures, files, guides, supervision, sweeps, tidying
from casework.jobs.work import Work
from casework.workflow.calendar import SHANGHAI

Job = Callable[[Work, datetime], int]


class Late(StrEnum):
    """What becomes of runs that were missed while nothing ran."""

    EACH = "each"
    """Every missed run is made up for, in order, each at the instant of its own slot."""

    NEWEST = "newest"
    """One run makes up for all: the work is the same however often it was missed."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One line of the schedule. Write days by name: a 0 is Monday here, elsewhere Sunday."""

    name: str
    cron: str
    job: Job
    late: Late = Late.NEWEST

    @property
    def trigger(self) -> CronTrigger:
        return CronTrigger.from_crontab(self.cron, timezone=SHANGHAI)


JOBS = (
    Scheduled("return-unanswered", "10 * * * *", sweeps.return_unanswered),
    Scheduled("renew-figures", "5 * * * *", figures.renew_figures),
    Scheduled("withhold-without-consent", "40 1 * * *", sweeps.withhold_without_consent),
    Scheduled("scan-files", "*/5 * * * *", files.scan_waiting),
    Scheduled("throw-away-unsent-files", "50 * * * *", files.throw_away_unsent),
    Scheduled("forget-changes", "35 * * * *", tidying.forget_changes),
    Scheduled("tidy-up", "20 2 * * *", tidying.tidy_up),
    Scheduled("learn-categories", "50 2 * * *", tidying.learn_categories),
    Scheduled("forget-followers", "30 2 * * *", tidying.forget_followers),
    Scheduled("erase-granted", "40 2 * * *", erasing.erase_granted),
    Scheduled("erase-old", "0 4 * * sun", erasing.erase_old),
    Scheduled("verify-figures", "20 3 * * *", figures.verify_figures),
    Scheduled("draw-follow-ups", "30 7 * * *", sweeps.draw_follow_ups),
    Scheduled("supervise", "0 8 * * *", supervision.supervise, Late.EACH),
    Scheduled("chase-orders", "10 8 * * *", supervision.chase_orders),
    Scheduled("calendar-missing", "20 8 * * mon", calendar.tell_missing_days),
    Scheduled("tell-expiring-guides", "25 8 * * *", guides.tell_expiring),
    Scheduled("digest", "30 8 * * *", supervision.send_digests),
)


def schedule(after: datetime) -> dict[str, datetime]:
    """Return when each job runs next after an instant."""
    return {entry.name: entry.trigger.get_next_fire_time(None, after) for entry in JOBS}
