"""What the README and the start tell about logins is what the demo makes."""

from pathlib import Path

from casework.commands.run import LOGINS, PASSWORD
from casework.demo import people

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_come_first() -> None:
    lines = [line for line in README.splitlines() if line.strip()]
    assert lines[1].strip().startswith("make run")
    assert lines[2].strip().startswith("make test")


def test_every_login_that_is_told_exists_in_the_demo() -> None:
    for login, _ in LOGINS:
        assert f"`{login}`" in README
    assert PASSWORD in README
    assert people.PASSWORD == PASSWORD
