"""Working a page with nothing but the keyboard."""

import re

from playwright.sync_api import Page

FARTHEST = 120

# What somebody who listens to the page hears of the element that has the focus.
HEARD = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0].textContent : "";
  return (at.getAttribute("aria-label") || label || at.textContent || "")
    .replace(/\\s+/g, " ").trim();
}"""

VISIBLE = """() => {
  const at = document.activeElement;
  const looks = [at, at.nextElementSibling].filter(Boolean).flatMap(
    one => [getComputedStyle(one), getComputedStyle(one, "::before")]
  );
  return looks.some(look => look.outlineStyle !== "none" || look.boxShadow !== "none");
}"""


class Keyboard:
    """Hands on the keys, eyes on where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, label: str) -> None:
        """Press Tab until the element called ``label`` has the focus, and look whether it shows."""
        passed = []
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            heard = self.page.evaluate(HEARD)
            if re.fullmatch(rf"{re.escape(label)}\s*([(（].*)?", heard):
                assert self.page.evaluate(VISIBLE), f"nobody sees that {label!r} has the focus"
                return
            passed.append(heard)
        raise AssertionError(
            f"Tab never comes to {label!r}; it passed {[one[:20] for one in passed[:60]]}"
        )

    def write(self, label: str, text: str) -> None:
        self.tab_to(label)
        self.page.keyboard.insert_text(text)

    def tick(self, label: str) -> None:
        self.tab_to(label)
        self.page.keyboard.press("Space")

    def choose(self, first: str, down: int = 0) -> None:
        """Go to a group of radios by its first and take the one ``down`` places below."""
        self.tab_to(first)
        self.page.keyboard.press("Space")
        for _ in range(down):
            self.page.keyboard.press("ArrowDown")

    def enter(self, label: str) -> None:
        self.tab_to(label)
        self.page.keyboard.press("Enter")
