"""Finds names of people: after the words that announce them, before titles, and by their look."""

import re
from collections.abc import Iterator

from casework.services.redaction.chinese_names import (
    ALSO_WORDS,
    COMMON_FAMILY_NAMES,
    ENDS_A_WORD,
    FAMILY_NAMES,
    FAMILY_NAMES_OF_TWO,
    GIVEN_NAME_SIGNS,
    NOT_NAMES,
    ROLES,
    SHORT_TITLES,
    STARTS_NO_NAME,
    TITLES,
)
from casework.services.redaction.found import Found, Personal

_FAMILY = rf"(?:{'|'.join(FAMILY_NAMES_OF_TWO)}|[{''.join(sorted(FAMILY_NAMES))}])"
_COMMON = f"[{''.join(sorted(COMMON_FAMILY_NAMES))}]"
_GIVEN = f"[{''.join(sorted(GIVEN_NAME_SIGNS))}]"
_HAN = r"[\u4e00-\u9fff]"
_FULL = rf"(?P<family>{_FAMILY})(?P<given>{_HAN}{{1,2}})"
_PLACE_NEXT = (
    r"(?!路|街|村|社区|小区|花园|大厦|广场|公园|学校|[中小大]学|医院|酒店|站|桥|巷|里|苑|阁|楼"
    r"|市|区|县|镇|省)"
)

ANNOUNCED = re.compile(
    rf"(?:我叫|我是|本人叫|本人是?|姓名|名字是|名字叫|名叫|人(?=\s?:)|{ROLES})(?:叫做?|名叫)?"
    rf"(?P<link>[\s:是为,]{{0,3}})(?={_FULL})"
)
WHOLE_CLAUSE = re.compile(
    rf"(?:我叫|我是|本人叫|名叫)(?P<name>{_HAN}{{2,5}})(?=[\s,.;!?，。；！？、]|$)"
)
FAMILY_NAME_ONLY = re.compile(
    rf"(?:我|本人|免贵|他|她|对方)姓(?P<name>{_FAMILY})|老(?P<old>(?![石鱼木花古山]){_FAMILY})头"
)
WITH_TITLE = re.compile(
    rf"(?P<name>{_FAMILY}(?:(?P<given>{_HAN}{{1,2}}?)?(?:{TITLES})|(?:{SHORT_TITLES})))"
)
BY_LOOK = re.compile(
    rf"{_COMMON}(?:(?![大中小学财发正立东西南北业保卫公家生世永久]){_GIVEN}){{2}}{_PLACE_NEXT}"
)
SIGNED = re.compile(rf"(?:^|——\s*)(?P<name>{_FAMILY}{_HAN}{{1,2}})\s*\Z", re.MULTILINE)
WITH_DOT = re.compile(
    rf"(?:(?![的了是在有个]){_HAN}){{2,6}}[·•](?:(?![的了是在有个]){_HAN}){{2,8}}"
)
LATIN = re.compile(
    r"(?:(?:[Mm]y name is|I am|I'm|[Nn]ame:)\s+(?P<name>[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2})"
    r"|(?P<titled>(?:Mr|Mrs|Ms|Miss|Dr)\.?\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?))"
)
NOT_A_PERSON = re.compile(
    r"(?:业主|居民|的.*|[人户生员长师者民友工兵主客众委女子]|家属|妈妈|爸爸|父母|朋友|同志|老板|女士|先生)$"
)


def names(plain: str) -> Iterator[Found]:
    """Yield the names in ``plain``; finds may overlap."""
    for match in ANNOUNCED.finditer(plain):
        named = match.group("family") + match.group("given")
        if ":" in match.group("link") or not (
            _another_word(named) or _joins_words(match.group("family"), match.group("given"))
        ):
            end = match.end("given") - (1 if _too_long(match.group("given")) else 0)
            yield _name(match.start("family"), end)
    for match in WHOLE_CLAUSE.finditer(plain):
        if not NOT_A_PERSON.search(match.group("name")):
            yield _name(*match.span("name"))
    for match in WITH_TITLE.finditer(plain):
        start, end = match.span("name")
        if (
            STARTS_NO_NAME.isdisjoint(match.group("given") or "")
            and plain[max(start - 1, 0) : start + 1] not in ENDS_A_WORD
            and not _another_word(plain[start:end])
        ):
            yield _name(start, end)
    for match in BY_LOOK.finditer(plain):
        start, end = match.span()
        if plain[max(start - 1, 0) : start + 1] not in ENDS_A_WORD and not _another_word(
            match.group()
        ):
            yield _name(start, end)
    for pattern in (FAMILY_NAME_ONLY, SIGNED, WITH_DOT, LATIN):
        for match in pattern.finditer(plain):
            group = match.lastgroup or 0
            if pattern is not SIGNED or not _is_a_clause(match.group(group)):
                yield _name(*match.span(group))


def _name(start: int, end: int) -> Found:
    return Found(start, end, Personal.NAME)


def _another_word(candidate: str) -> bool:
    return candidate.startswith(NOT_NAMES)


def _is_a_clause(end_of_line: str) -> bool:
    return _another_word(end_of_line) or _joins_words(end_of_line[0], end_of_line[1:])


def _joins_words(family: str, given: str) -> bool:
    """Say whether family and given name are more likely the words of a sentence."""
    if family in ALSO_WORDS:
        return not GIVEN_NAME_SIGNS.issuperset(given)
    return given[0] in STARTS_NO_NAME


def _too_long(given: str) -> bool:
    return len(given) == 2 and given[1] in STARTS_NO_NAME
