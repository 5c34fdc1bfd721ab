"""The languages of the product, and the words of the core in each of them.

The core marks its sentences with ``N_`` and never translates; whoever shows or sends them
calls ``translate`` with the reader's language. No framework is needed for it, so letters and
the command line speak both languages as the pages do.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LOCALES: tuple[str, ...] = ("zh_CN", "en")
DEFAULT_LOCALE = "zh_CN"
CATALOGUES = Path(__file__).parent / "translations"


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a sentence for translation and return it unchanged."""
    return message


def translate(locale: str, message: str, /, **values: object) -> str:
    """Return ``message`` in ``locale`` with its named placeholders filled."""
    text = _catalogue(locale).gettext(message) if message else ""
    return text % values if values else text


def ntranslate(locale: str, singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return the form of the sentence that fits ``number``, which also fills ``%(num)d``."""
    text = _catalogue(locale).ngettext(singular, plural, number)
    return text % {"num": number, **values}


@cache
def _catalogue(locale: str) -> NullTranslations:
    """Load a catalogue once; English is the source and has none."""
    if locale not in LOCALES:
        raise LookupError(f"no such language: {locale}")
    if locale == "en":
        return NullTranslations()
    compiled = CATALOGUES / locale / "LC_MESSAGES" / "messages.mo"
    with compiled.open("rb") as file:
        return GNUTranslations(file)
