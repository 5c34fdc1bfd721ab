"""What was public before versions were kept becomes the first version of each."""

from sqlalchemy import create_engine, text

from casework.models.engine import normalised
from casework.postgres.migrations import downgrade, upgrade
from tests.database import Cluster

BEFORE, AFTER = "0016", "0017"
CASES = """
INSERT INTO departments (code, name, name_en, type, phone, position)
VALUES ('a', '甲', 'A', 'department', '', 1);
INSERT INTO cases (ref, access_hash, channel, kind, urgency, state, subject, body, place, unnamed,
  consent, language, received_at, received_on, promised_on, completed_at, completed_on,
  department_id, on_the_spot, round, sent_back, extended, left_out, head_seq, head_hash)
SELECT gen_random_uuid(), '', 'letter', kind, 'normal', state, '', '', '', false, true, 'zh_CN',
  '2026-03-02', '2026-03-02', '2026-03-09', '2026-03-03', '2026-03-03', d.id, false, 1, false,
  false, false, 1, ''
FROM departments d, (VALUES ('help', 'published'), ('report', 'published'), ('report', 'forwarded'),
  ('help', 'archived')) AS v (kind, state);
INSERT INTO publications (case_id, number, state, kind, channel, received_on, subject, body, reply,
  redacted_at, published_at)
SELECT id, number, CASE state WHEN 'published' THEN 'published' WHEN 'forwarded' THEN 'prepared'
    ELSE 'taken_down' END, kind, channel, received_on, '题', '文', '复', '2026-03-03',
  CASE WHEN state = 'published' THEN timestamptz '2026-03-04' END
FROM cases;
"""
FOUND = """
SELECT c.kind, p.state, p.sensitive, p.cleared_at IS NOT NULL, t.version, t.sensitive, t.body
FROM cases c JOIN publications p ON p.case_id = c.id LEFT JOIN public_texts t ON t.case_id = c.id
ORDER BY c.id
"""


def test_reports_that_are_out_stay_out_and_one_that_is_prepared_waits_for_a_leader(
    cluster: Cluster,
) -> None:
    addresses = cluster.empty_database("casework_old_texts")
    upgrade(addresses.owner, BEFORE)
    owner = create_engine(normalised(addresses.owner))
    with owner.begin() as db:
        db.execute(text(CASES))
    upgrade(addresses.owner, AFTER)
    with owner.begin() as db:
        assert [tuple(row) for row in db.execute(text(FOUND))] == [
            ("help", "published", [], False, 1, [], "文"),
            ("report", "published", ["accusation"], True, 1, [], "文"),
            ("report", "prepared", ["accusation"], False, 1, ["accusation"], "文"),
            ("help", "taken_down", [], False, None, None, None),
        ]
    downgrade(addresses.owner, BEFORE)
    with owner.begin() as db:
        assert db.execute(text("SELECT count(*) FROM publications")).scalar_one() == 4
    upgrade(addresses.owner)
    owner.dispose()
