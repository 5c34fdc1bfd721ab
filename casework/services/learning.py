"""What the words of earlier letters say of their categories, counted anew each night."""

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from casework.models import CategoryGram

NEWEST = 20_000
"""From so many of the newest classified letters it is learnt; the work stays the same."""

BEGINNING = 400
"""So much of a letter is read: what it is about is said early, details come late."""

LEARN = text(
    """
WITH letters AS (
  SELECT category_id, subject || ' ' || left(body, :beginning) AS words
  FROM cases WHERE category_id IS NOT NULL ORDER BY received_at DESC, id DESC LIMIT :newest
),
pairs AS (
  SELECT category_id, gram FROM letters, unnest(han_bigrams(words)) AS gram
  WHERE gram ~ '^[\u3400-\u9fff]{2}$'
),
known AS (SELECT gram FROM pairs GROUP BY gram HAVING count(*) > 1)
INSERT INTO category_grams (gram, category_id, letters)
SELECT gram, category_id, count(*) FROM pairs JOIN known USING (gram) GROUP BY gram, category_id
UNION ALL
SELECT '', category_id, count(*) FROM letters GROUP BY category_id
"""
)


def learn_categories(session: Session) -> int:
    """Count the pairs of characters of each category anew; return how many rows there are."""
    session.execute(delete(CategoryGram))
    learnt = session.execute(LEARN, {"newest": NEWEST, "beginning": BEGINNING})
    return int(learnt.rowcount)  # type: ignore[attr-defined]
