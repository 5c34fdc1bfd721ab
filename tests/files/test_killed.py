"""A process that dies loses no file: what was kept is kept, what was not committed never was."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from casework.models import Attachment, Case, Origin, Scan
from casework.queries.rules import Rules
from casework.services.actors import PETITIONER
from casework.services.attachments import baskets, reading
from casework.services.attachments.judging import judged
from casework.workflow.states import State
from tests import factories
from tests.factories import MONDAY, SEALER, District
from tests.files.samples import pdf


def test_an_open_transaction_that_dies_takes_the_files_back_into_their_basket(
    engine: Engine, rules: Rules
) -> None:
    """Whatever kills a process before COMMIT leaves the files where their form finds them."""
    with Session(engine) as first:
        file = judged("a.pdf", pdf())
        baskets.add(first, "killed", file, Scan.UNSCANNED, at=MONDAY, sealer=SEALER)
        first.commit()
    try:
        with Session(engine) as second:
            factories.bind(second)
            district = District(second, rules)
            case = district.case_in(State.SUBMITTED)
            count = baskets.attach(
                second,
                case,
                "killed",
                Origin.LETTER,
                by=PETITIONER,
                at=MONDAY,
                rules=district.rules,
            )
            assert count == 1
            second.connection().invalidate()  # as kill -9 does
        with Session(engine) as third:
            assert [one.name for one in baskets.held_in(third, "killed", sealer=SEALER)] == [
                "a.pdf"
            ]
            assert third.scalars(select(Case)).all() == []
            kept = third.scalars(select(Attachment)).one()
            assert (
                reading.readable_content(third, kept, sealer=SEALER)
                == judged("a.pdf", pdf()).content
            )
    finally:
        with Session(engine) as last:
            baskets.throw_away_unsent(last, at=MONDAY + baskets.KEPT * 2)
            last.commit()
