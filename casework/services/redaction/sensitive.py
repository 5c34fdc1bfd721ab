"""Words by which a letter may be about minors or somebody's health. A person decides."""

import re
from collections.abc import Iterable, Mapping

from casework.workflow.states import Sensitive

SIGNS: Mapping[Sensitive, re.Pattern[str]] = {
    Sensitive.MINORS: re.compile(
        r"未成年人?|中?小?学生|[小女男]?孩子?[们]?|儿童|幼儿园?|婴儿|宝宝|少年|青少年|女童|男童|"
        r"初中|高中|中学|小学|儿子|女儿|家长|班主任|校园欺凌|"
        r"\b(?:minors?|child(?:ren)?|pupils?|students?|kids?|school(?:boy|girl)s?)\b",
        re.IGNORECASE,
    ),
    Sensitive.HEALTH: re.compile(
        r"住院|残疾|残障|重病|大病|疾病|病[人情历假重危故]|患病?|生病|看病|治病|癌|肿瘤|白血病|"
        r"手术|怀孕|孕妇|产妇|流产|抑郁|精神病?|艾滋|乙肝|肺结核|透析|化疗|尿毒|糖尿|瘫痪|诊断|"
        r"医保报销|急诊|出院|自闭|"
        r"\b(?:ill(?:ness)?|disabled|disabilit\w+|disease|hospital\w*|surgery|pregnan\w+|cancer|"
        r"diagnos\w+)\b",
        re.IGNORECASE,
    ),
}
MOST_SHOWN = 5


def signs_of(texts: Iterable[str]) -> dict[Sensitive, list[str]]:
    """Return the words that speak for each reason, each once and a few at most."""
    whole = "\n".join(texts)
    found = {
        reason: list(dict.fromkeys(match.group() for match in pattern.finditer(whole)))
        for reason, pattern in SIGNS.items()
    }
    return {reason: words[:MOST_SHOWN] for reason, words in found.items() if words}
