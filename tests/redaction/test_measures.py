"""How much of what is personal the finders find, on texts that were made up for it."""

import pytest

from casework.services.redaction.found import Personal
from casework.services.redaction.suggestions import findings
from tests.redaction.measuring import Measures, precision, recalls, texts

NUMBERS = frozenset({"phone", "id", "card", "plate", "mail", "account"})
GROUPS = {"numbers": NUMBERS, "names": frozenset({"name"}), "addresses": frozenset({"address"})}


@pytest.fixture(scope="module")
def measured() -> dict[str, Measures]:
    return recalls(GROUPS)


def test_the_set_is_large_and_labels_every_kind() -> None:
    every = list(texts())
    assert len(every) >= 300
    kinds = {kind for one in every for _, _, kind in one.labels}
    assert kinds == frozenset().union(*GROUPS.values())
    assert sum(1 for one in every if not one.labels) >= 50


@pytest.mark.parametrize(
    ("group", "least"), [("numbers", 0.99), ("names", 0.95), ("addresses", 0.95)]
)
def test_hardly_anything_personal_is_missed(
    measured: dict[str, Measures], group: str, least: float
) -> None:
    assert measured[group].recall >= least, measured[group].missed


def test_hardly_anything_is_marked_in_vain() -> None:
    right, every, wrong = precision()
    assert right / every >= 0.97, wrong


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("440106198001011230", Personal.ID_NUMBER),
        ("440106198001011238", Personal.NUMBER),
        ("6222021234567890128", Personal.CARD),
        ("6222021234567890127", Personal.NUMBER),
    ],
)
def test_a_checksum_tells_papers_and_cards_from_other_numbers(text: str, what: Personal) -> None:
    assert [found.what for found in findings(f"号码{text}。", [])] == [what]


def test_a_text_of_the_longest_kind_is_read_in_one_go() -> None:
    text = "住在龙口东路12号301房，电话138 0013 8000，" * 800
    assert len(findings(text, [])) == 1600
