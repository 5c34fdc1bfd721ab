"""Which language a page speaks, and how dates, spans and numbers are written in it."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, Domain, get_locale, gettext, ngettext
from werkzeug.utils import redirect

from casework.language import CATALOGUES, DEFAULT_LOCALE, LOCALES
from casework.web.clock import SHANGHAI, today
from casework.web.guard import OpenBlueprint, loaded_viewer
from casework.web.ways import own_address

COOKIE = "language"
HTML_LANG = {"zh_CN": "zh-CN", "en": "en"}
BABEL = {code: Locale.parse(code) for code in LOCALES}  # looking one up costs more than a query
SPOKEN = {"zh": "zh_CN", "en": "en"}
NAMES = {"zh_CN": "简体中文", "en": "English"}
YEAR = 365 * 24 * 3600

bp = OpenBlueprint("language", __name__, url_prefix="/language")


class Catalogues(Domain):  # type: ignore[misc]
    """The catalogues under our own names: Babel calls zh_CN zh_Hans_CN and would find none."""

    def get_translations(self) -> NullTranslations:
        return _catalogue(language())


@cache
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(str(CATALOGUES), [code], "messages")


def init_app(app: Flask) -> None:
    babel = Babel(
        app,
        default_locale=DEFAULT_LOCALE,
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: BABEL[choose()],
    )
    babel.domain_instance = Catalogues()
    # A page has a hundred sentences; Flask-Babel asks for the context five times for each.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True
    )
    app.jinja_env.filters |= {
        "day": day,
        "short_day": short_day,
        "instant": instant,
        "days_left": days_left,
        "percent": percent,
        "number": number,
        "capped": capped,
    }
    app.jinja_env.globals |= {
        "language": language,
        "other_languages": other_languages,
        "html_lang": lambda: HTML_LANG[language()],
        "today": today,
    }


def choose() -> str:
    """Take the cookie, else the person's own setting, else the browser's wish, else Chinese."""
    if (cookie := request.cookies.get(COOKIE)) in LOCALES:
        return str(cookie)
    viewer = loaded_viewer()
    if viewer is not None and viewer.language in LOCALES:
        return viewer.language
    for wanted, _quality in request.accept_languages:
        if code := SPOKEN.get(wanted.partition("-")[0].lower()):
            return code
    return DEFAULT_LOCALE


def language() -> str:
    """Return the code of the language of this page, one of LOCALES; chosen once a request."""
    if not has_request_context():
        return DEFAULT_LOCALE
    code: str | None = g.get("language")
    if code is None:
        locale = get_locale()
        code = g.language = "en" if locale is not None and locale.language == "en" else "zh_CN"
    return code


def _gettext(message: str) -> str:
    return _catalogue(language()).gettext(message)


def _ngettext(singular: str, plural: str, number: int) -> str:
    return _catalogue(language()).ngettext(singular, plural, number)


def other_languages() -> list[dict[str, str]]:
    """Return the switch of every page: each other language with the address that chooses it."""
    return [
        {
            "name": NAMES[code],
            "lang": HTML_LANG[code],
            "href": url_for("language.switch", code=code, next=here()),
        }
        for code in LOCALES
        if code != language()
    ]


def here() -> str:
    """Return the address of this page, for a switch that comes back to it."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


@bp.get("/<code>")
def switch(code: str) -> ResponseReturnValue:
    """Keep the chosen language in a cookie and return to the page from which it was chosen."""
    response = redirect(own_address(request.args.get("next")))
    if code in LOCALES:
        response.set_cookie(
            COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response


def day(value: date | datetime | None) -> str:
    """Write a date out: 2026年11月23日, 23 November 2026."""
    found = _in_the_district(value)
    if found is None:
        return "–"
    if language() == "zh_CN":
        return f"{found.year}年{found.month}月{found.day}日"
    return format_date(found, "d MMMM y", locale=BABEL["en"])


def short_day(value: date | datetime | None) -> str:
    """Write a date for a narrow column: 2026-11-23, 23 Nov 2026."""
    found = _in_the_district(value)
    if found is None:
        return "–"
    if language() == "zh_CN":
        return found.isoformat()
    return format_date(found, "d MMM y", locale=BABEL["en"])


def instant(value: datetime | None) -> str:
    """Write an instant as the clock in Shanghai shows it."""
    if value is None:
        return "–"
    local = value.astimezone(SHANGHAI)
    separator = " " if language() == "zh_CN" else ", "
    return f"{day(local)}{separator}{local:%H:%M}"


def days_left(due_on: date) -> str:
    """Say how near a due date is: 还剩 3 天, 今天到期, 已超期 2 天."""
    days = (due_on - today()).days
    if days == 0:
        return str(gettext("Due today"))
    if days > 0:
        return str(ngettext("%(num)d day left", "%(num)d days left", days))
    return str(ngettext("%(num)d day overdue", "%(num)d days overdue", -days))


def points(share: Decimal) -> str:
    """Write the difference of two shares in percentage points: 6.2."""
    return f"{share * 100:.1f}"


def percent(value: float | Decimal | None) -> str:
    """Write a share of one as a percentage with one decimal; nothing to divide is a dash.

    Both languages write it alike, and Babel would take longer than the rest of a table's cell.
    """
    return "–" if value is None else f"{value:,.1%}"


def number(value: float | Decimal | None) -> str:
    """Write a number with the thousands set apart; whole ones are alike in both languages."""
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if value is None else format_decimal(value, locale=BABEL[language()])


def capped(count: int, cap: int = 2000) -> str:
    """Write a count that was not counted further than ``cap``: 2,000+."""
    return number(count) if count <= cap else f"{number(cap)}+"


def month_name(first: date) -> str:
    """Write a month: 2026年11月, 11/2026."""
    if language() == "en":
        return f"{first:%m/%Y}"
    return f"{first.year}年{first.month}月"


def _in_the_district(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date()
    return value
