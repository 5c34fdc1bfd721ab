"""The demo fills an empty database once, and the log that it leaves can be verified."""

from sqlalchemy import Engine, text

from casework.commands import demo, verify
from tests.commands.conftest import Run, count


def test_the_demo_fills_an_empty_database_once_and_its_log_holds(run: Run, owner: Engine) -> None:
    result = run(demo.command, "fill", "--cases", "40")
    assert result.exit_code == 0, result.output
    assert "A made-up district" in result.output
    made = count(owner, "cases")
    assert made >= 40
    result = run(demo.command, "fill")
    assert result.exit_code == 1
    assert "not empty" in result.output
    assert count(owner, "cases") == made
    result = run(verify.command, "log")
    assert (result.exit_code, "Every log holds" in result.output) == (0, True)

    with owner.begin() as db:
        db.execute(text("ALTER TABLE case_events DISABLE TRIGGER USER"))
        number, seq = db.execute(
            text(
                "UPDATE case_events e SET at = at + interval '1 second' FROM cases c "
                "WHERE c.id = e.case_id AND e.seq = 2 AND e.id = ("
                "SELECT min(id) FROM case_events WHERE seq = 2) RETURNING c.number, e.seq"
            )
        ).one()
    result = run(verify.command, "log")
    assert result.exit_code == 1
    assert f"{number}, line {seq}: the line was changed" in result.output
    assert "Broken: 1" in result.output
