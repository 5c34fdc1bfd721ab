"""Finds addresses, from the name of the street or estate down to the door."""

import re
from collections.abc import Iterator

from casework.services.redaction.found import Found, Personal

_HAN = r"[\u4e00-\u9fff]"
_COUNT = r"(?:\d{1,5}|[一二三四五六七八九十百〇零两]{1,5})"
_SHORT = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"

_PART = (
    r"(?:\s?(?:门口|"
    rf"之[一二三四五六七八九十\d]+|大院|院|(?:自编|附|内){_COUNT}号"
    rf"|[东南西北]?[A-Za-z]?\d{{0,5}}[A-Za-z]?(?:号楼|栋|幢|座|楼|单元|梯|门|层|房|室|号|铺|档)(?:门口)?"
    rf"|{_COUNT}(?:号楼|栋|幢|座|楼|单元|梯|门|层|房|室|号|铺|档)"
    rf"|{_HAN}{{2,8}}?(?:大厦|中心|广场|公寓|花园|苑|阁|轩|楼|城|信息港|村)"
    r"|首层|地下|后座|[东南西北]门|厂房|[东南西北]座|\d{1,5}[A-Za-z]?(?![\d年月日点时人元米个次户%.:])"
    r"))"
)
ON_A_STREET = re.compile(
    r"(?:[路街巷道里弄涌边坊围队组社院校园座西东南北中村]|胡同|社区)"
    rf"{_COUNT}(?:-\d{{1,4}})?号(?![线文令公])(?:之[一二三四五六七八九十\d])?{_PART}*"
)
IN_A_BUILDING = re.compile(
    rf"(?<![有共约近达多建过了\d])(?!一座(?!\d))(?:[A-Za-z]\d{{0,2}}|{_SHORT})\s?(?:号楼|号院|栋|幢|座|单元|梯)(?!楼[^下上梯道顶内]){_PART}*"
    rf"|\d{{1,2}}[楼层]{_PART}+"
)
A_ROOM = re.compile(r"(?<![\d.])\d{3,4}\s?(?:号?房|室)(?!间)")
IN_AN_ESTATE = re.compile(
    rf"(?<={_HAN})(?:花园|苑|阁|轩|楼|庄|居|庭|府|湾|城|邸|公寓|大厦|楼盘)\s?\d{{2,4}}[A-Za-z]?"
    r"(?![\d年月日点时人元米个次户%.:])"
)
NEXT_DOOR = re.compile(r"(?:隔壁|楼上|楼下|对面|住)(?P<door>\d{3,4})(?![\d年月日点时人元米个次%])")
BEFORE_A_STREET = re.compile(rf"(?:{_HAN}|[A-Za-z\d])")
NO_PART_OF_IT = re.compile(
    r".*(?:的|们|请|反映|以及|与|和(?=[A-Z\d第])|超过|不|计|共|了|把|让|对|给|如)"
)
BEGINS_BEFORE = frozenset("住在址于到从是说去找往:，。、；：,.;()（）!?！？ \n\t")
LONGEST_HEAD = 20


def places(plain: str) -> Iterator[Found]:
    """Yield the addresses in ``plain``; finds may overlap."""
    for pattern in (ON_A_STREET, IN_A_BUILDING, IN_AN_ESTATE):
        for match in pattern.finditer(plain):
            yield _place(_head(plain, match.start()), match.end())
    for match in A_ROOM.finditer(plain):
        yield _place(*match.span())
    for match in NEXT_DOOR.finditer(plain):
        yield _place(*match.span("door"))


def _head(plain: str, start: int) -> int:
    """Return where the address begins whose street or building stands at ``start``."""
    end = start
    first = max(start - LONGEST_HEAD, 0)
    while (
        start > first
        and plain[start - 1] not in BEGINS_BEFORE
        and BEFORE_A_STREET.match(plain[start - 1])
    ):
        start -= 1
    if no_part := NO_PART_OF_IT.match(plain, start, end):
        start = no_part.end()
    return start


def _place(start: int, end: int) -> Found:
    return Found(start, end, Personal.ADDRESS)
