"""What is measured: the pages by name, who asks for them, and with what."""

from dataclasses import dataclass
from random import Random

from bench.texts import COMMON, RARE

Fields = dict[str, str]


LIST, YEARS = 1.3, 2.0
"""Growth of a list from the smallest number of cases to the largest, and of figures of years."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One page. ``who`` signs in first; ``petitioner`` opens a case with its code instead.

    ``path`` may hold {number}, for which each request takes another case, {period} and {month},
    the last 90 days and this month, and {deep}, the key of the thousandth page or the last one of
    all that came in. ``goal`` is the most that the page may take of its bare floor's time,
    ``growth`` how many times the time of the smallest database it may take on the largest.
    """

    key: str
    title: str
    path: str
    who: str = ""
    goal: float = 5.0
    growth: float = 0.0
    posts: bool = False


HELLO = Scenario("framed", "A page for staff that only says hello", "/bench/hello", "supervisor")

SCENARIOS = (
    Scenario("submit", "Submit a letter", "/letters/send", goal=3.0, posts=True),
    Scenario("case", "Staff case page", "/cases/{number}", who="office"),
    Scenario("own", "Petitioner's page", "/follow/case", who="petitioner"),
    Scenario("inbox", "Office inbox", "/office", who="office", growth=LIST),
    Scenario(
        "worklist",
        "Department list, filtered",
        "/department?tab=in_hand&kind=complaint",
        who="handler.roads",
        growth=LIST,
    ),
    Scenario("watched", "Time limits", "/supervision", who="supervisor", growth=LIST),
    Scenario("rare", "Public search, rare word", f"/answers?q={RARE}", growth=LIST),
    Scenario("common", "Public search, common word", f"/answers?q={COMMON}", growth=LIST),
    Scenario(
        "rare_cases",
        "Search all cases, rare word",
        f"/office/cases?q={RARE}",
        "office",
        growth=LIST,
    ),
    Scenario(
        "common_cases",
        "Search all cases, common word",
        f"/office/cases?q={COMMON}",
        "office",
        growth=LIST,
    ),
    Scenario("figures", "Figures of the last 90 days", "/figures?{period}", who="supervisor"),
    Scenario("by_street", "The same by street", "/figures/by/street?{period}", who="supervisor"),
    Scenario(
        "counted",
        "Cases behind a figure",
        "/figures/cases?measure=received&{period}",
        who="supervisor",
        growth=YEARS,
    ),
    Scenario(
        "counted_deep",
        "The same over all years, page 1 000",
        "/figures/cases?measure=received&from=2000-01-01&after={deep}",
        who="supervisor",
        growth=YEARS,
    ),
    Scenario("overview", "Leader's overview", "/figures/overview", who="leader", growth=YEARS),
    Scenario(
        "matrix", "Units by month, twelve months", "/figures/matrix", "supervisor", growth=YEARS
    ),
    Scenario(
        "ranking",
        "Units of this month",
        "/figures/by/department?{month}",
        who="supervisor",
        growth=YEARS,
    ),
    HELLO,
)


def letter_fields(random: Random) -> Fields:
    """Return what a citizen types; every letter differs."""
    number = random.randrange(10**9)
    return {
        "to": "",
        "kind": "complaint",
        "subject": f"路灯不亮 {number}",
        "text": f"小区东门的路灯已经三天不亮，晚上很不安全，请尽快派人来修。编号{number}。" * 3,
        "place": "望云大道 12 号",
        "street": "",
        "accused": "",
        "name": "陈小满",
        "phone": f"19900{number % 10**6:06d}",
        "email": "",
        "address": "翠湖苑 3 号楼",
        "id_number": "",
        "consent": "y",
        "website": "",
    }


def somebody(random: Random) -> str:
    """Return the address of one of many senders, so that no limit for one of them is met."""
    return ".".join(["10", *(str(random.randrange(1, 255)) for _ in range(3))])
