"""A database with reviews does not go below the version that knows them, and loses nothing."""

import pytest
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, text

from casework.models.engine import normalised
from casework.postgres.migrations import current, downgrade, head, upgrade
from tests.database import Cluster

BEFORE, AFTER = "0018", "0019"
CASES = """
INSERT INTO cases (ref, access_hash, channel, kind, urgency, state, subject, body, place, unnamed,
  consent, language, received_at, received_on, promised_on, on_the_spot, round, sent_back, extended,
  left_out, head_seq, head_hash)
SELECT gen_random_uuid(), '', channel, 'help', 'normal', 'withdrawn', '', '', '', false, true,
  'zh_CN', '2026-03-02', '2026-03-02', '2026-03-09', false, 1, false, false, false, 0, ''
FROM (VALUES ('letter'), ('review')) AS v (channel);
INSERT INTO reviews (case_id, of_case_id, asked_from_id, first_id, stage, asked_at)
SELECT r.id, l.id, l.id, l.id, 1, '2026-03-02' FROM cases r, cases l
WHERE r.channel = 'review' AND l.channel = 'letter';
"""
WISH = """
INSERT INTO case_events (case_id, seq, at, action, to_state, actor_role, note, note_hash,
  data, hash)
SELECT id, 1, '2026-03-02', 'ask_redo', 'withdrawn', 'petitioner', '', '', '{}', '' FROM cases
"""
NO_REVIEW = "DELETE FROM reviews; DELETE FROM cases WHERE channel = 'review'"


def count(owner: Engine, what: str) -> int:
    with owner.begin() as db:
        found: int = db.execute(text(f"SELECT count(*) FROM {what}")).scalar_one()
        return found


def put(owner: Engine, statements: str) -> None:
    with owner.begin() as db:
        db.execute(text(statements))


def version(owner: Engine) -> str | None:
    with owner.begin() as db:
        return current(db)


@pytest.mark.parametrize("start", [AFTER, "head"])
def test_going_down_is_refused_while_there_are_reviews(cluster: Cluster, start: str) -> None:
    addresses = cluster.empty_database(f"casework_reviews_{start}")
    upgrade(addresses.owner, AFTER)
    owner = create_engine(normalised(addresses.owner))
    put(owner, CASES)
    upgrade(addresses.owner, start)
    with pytest.raises(CommandError, match="the 1 reviews .*restore the backup"):
        downgrade(addresses.owner, BEFORE)
    assert version(owner) == (AFTER if start == AFTER else head())
    assert count(owner, "reviews") == 1
    assert count(owner, "cases WHERE channel = 'review'") == 1
    put(owner, NO_REVIEW)
    downgrade(addresses.owner, BEFORE)
    assert count(owner, "cases") == 1
    upgrade(addresses.owner)
    owner.dispose()


def test_going_down_is_refused_while_a_log_holds_a_wish(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = cluster.empty_database("casework_wishes")
    upgrade(addresses.owner, AFTER)
    owner = create_engine(normalised(addresses.owner))
    put(owner, CASES + NO_REVIEW + ";" + WISH)
    with pytest.raises(CommandError, match="steps of 1 logs"):
        downgrade(addresses.owner, BEFORE)
    assert version(owner) == AFTER
    owner.dispose()
