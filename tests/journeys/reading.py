"""Reads a page as people do who cannot see it well, and as those do who hold a telephone."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}

FINDINGS = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations
    .filter(rule => ["serious", "critical"].includes(rule.impact))
    .map(rule => rule.id + ": " + rule.nodes.slice(0, 3).map(node => node.html).join(" | "));
}"""

# What sticks out of the page, unless it lies in a region that scrolls and takes the focus.
STICKS_OUT = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const scrolls = element => getComputedStyle(element).overflowX !== "visible";
  const held = element => {
    const above = element.parentElement;
    return above !== document.body && (scrolls(above) || held(above));
  };
  const out = [...document.querySelectorAll("main *, header *, footer *")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > root.clientWidth + 1 && !held(element);
  });
  const inner = out.filter(element => ![...element.children].some(child => out.includes(child)));
  return inner.slice(0, 3).map(
    element => `${element.tagName}.${element.className} "${element.textContent.slice(0, 40)}"`
  );
}"""

# Three English words in a row, but for what people wrote, commands, and codes in capitals.
ENGLISH = """hostile => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("script, style, .prose, [lang=en], textarea")) continue;
    const text = node.textContent.replaceAll(hostile, "").replace(/casework( [a-z-]+)+/, "");
    if (!/[a-z]/.test(text)) continue;
    if (/[A-Za-z]{2,}( [A-Za-z]{2,}){2,}/.test(text)) found.push(text.trim().slice(0, 80));
  }
  return found;
}"""


def accessible(page: Page) -> list[str]:
    """Return what axe finds serious or critical."""
    found: list[str] = page.evaluate(FINDINGS)
    return found


def too_wide(page: Page) -> list[str]:
    """Return what makes the page scroll sideways on a telephone."""
    found: list[str] = page.evaluate(STICKS_OUT)
    return [f"sticks out at 390 px: {element}" for element in found]


def english_words(page: Page, besides: str) -> list[str]:
    """Return the English sentences on a Chinese page, without what somebody typed."""
    found: list[str] = page.evaluate(ENGLISH, besides)
    return [f"in English: {text}" for text in found]


def script_that_ran(page: Page) -> Any:
    """Return what a script that somebody typed into a form has left behind: nothing."""
    return page.evaluate("window.__pwned")
