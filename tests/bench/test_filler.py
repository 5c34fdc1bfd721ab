"""What the benchmark fills in is whole: every chain holds, every code opens its case."""

from datetime import datetime

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from bench.filler import Filler
from bench.texts import RARE, RARE_CASES
from bench.units import DEPARTMENTS
from casework.models import Case, Petitioner, Publication
from casework.queries.rules import rules_in_force
from casework.services.figure_checks import wrong_figures
from casework.services.log import broken_chains
from casework.services.petitioners import opened_contact
from casework.workflow.calendar import SHANGHAI
from tests.database import Cluster
from tests.factories import SEALER


@pytest.mark.bench
def test_copied_cases_are_as_whole_as_those_of_the_services(cluster: Cluster) -> None:
    addresses = cluster.database("casework_filler")
    engine = create_engine(addresses.owner)
    at = datetime(2026, 6, 17, 15, 0, tzinfo=SHANGHAI)
    Filler(engine, SEALER, at=at).fill(2_100, lambda _done: None)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 2_100
        assert all(found is None for found in broken_chains(session, SEALER))
        rules = rules_in_force(session, SEALER)
        assert all(found is None for found in wrong_figures(session, rules))
        leads = session.scalars(select(Case.department_id).distinct()).all()
        assert len(set(leads) - {None}) >= DEPARTMENTS
        case = session.get_one(Case, 1_200)
        code = SEALER.access_code_from(f"bench-{case.id}")
        assert SEALER.opens(code, str(case.ref), case.access_hash)
        for petitioner in session.scalars(select(Petitioner).limit(50)):
            assert opened_contact(petitioner, SEALER).name
        rare = select(func.count()).where(Case.body.contains(RARE))
        assert session.scalar(rare) == RARE_CASES
        assert session.scalar(select(func.count()).select_from(Publication))
        assert session.scalar(select(func.max(Case.received_at))) <= at
    engine.dispose()
