"""Chinese text in any amount, made of the demo's sentences and of drawn words."""

import re
from random import Random

from casework.demo.texts import district, letter, templates

RARE = "青梧渡口"
"""A word that stands in five cases, however many there are."""
RARE_CASES = 5
COMMON = "小区"
"""A word that stands in about one case of three."""

_SENTENCES = re.compile(r"[^。！？]+[。！？]")
_SYLLABLES = (
    "安柏昌春东丰福谷海和鸿华吉佳江金景康兰乐莲林龙梅民南宁平浦清泉荣瑞山盛石顺松泰桃天同文西"
    "溪霞湘新兴秀旭雅阳怡银永玉园远月云长正中竹紫北川岛峰岗港阁湖矶角堤坪桥曲沙滩潭汀湾圩坞巷"
)


class Texts:
    """Draws subjects and letters that no two cases share."""

    def __init__(self, random: Random) -> None:
        self._random = random
        filled = [letter(one, random, street="望云街道") for one in templates()]
        self._subjects = [one.subject for one in filled if one.template.language == "zh_CN"]
        self._sentences = [s for one in filled for s in _SENTENCES.findall(one.body)]
        self._places = district()["places"]["roads"]

    def place(self) -> str:
        """Return the name of a place of which there are hundreds of thousands."""
        return "".join(self._random.choices(_SYLLABLES, k=3))

    def subject(self) -> str:
        return f"{self.place()}：{self._random.choice(self._subjects)}"[:200]

    def body(self, *, rare: bool) -> str:
        """Return a letter of 100 to 400 characters; every third one speaks of a 小区."""
        sentences = self._random.sample(self._sentences, self._random.randint(3, 8))
        where = f"地点在{self.place()}{self._random.choice(self._places)}"
        if self._random.random() < 1 / 3:
            where += f"旁的{COMMON}"
        return f"{where}。{''.join(sentences)}" + (f"就在{RARE}边上。" if rare else "")
