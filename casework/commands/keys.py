"""``casework keys``: changes the keys under which personal data is sealed."""

import click

from casework.commands._work import at_work, locale, say
from casework.language import N_, translate
from casework.services.keys import (
    reseal_code_seeds,
    reseal_contact_changes,
    reseal_files,
    reseal_followers,
    reseal_petitioners,
    reseal_webhooks,
    sealed_count,
)


@click.group()
def command() -> None:
    """Change the encryption keys."""


@command.command("rotate")
def rotate() -> None:
    """Seal everything with the first key of DATA_KEYS; afterwards the others can go.

    It may be stopped and started again, and the system may run meanwhile.
    """
    resealed, last = 0, None
    with at_work() as work:
        label = translate(locale(), N_("Petitioners"))
        with click.progressbar(length=sealed_count(work.session), label=label) as bar:
            while True:
                last, read, changed = reseal_petitioners(work.session, work.sealer, after=last)
                work.session.commit()
                if last is None:
                    break
                resealed += changed
                bar.update(read)
        for reseal_next in (reseal_files, reseal_followers):
            last = None
            while True:
                last, changed = reseal_next(work.session, work.sealer, after=last)
                work.session.commit()
                if last is None:
                    break
                resealed += changed
        resealed += reseal_contact_changes(work.session, work.sealer)
        resealed += reseal_code_seeds(work.session, work.sealer)
        resealed += reseal_webhooks(work.session, work.sealer)
        work.session.commit()
    say(N_("Sealed anew with the current key: %(count)d. No other key is needed."), count=resealed)
