"""Guides and knowledge articles: read by all staff, written by the office and departments."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import Article, ArticleVersion
from casework.queries import articles as reading
from casework.queries.articles import Page, Tab
from casework.services import articles
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.differences import differences
from casework.web.directory import called, open_subjects, subjects, unit_name
from casework.web.errors import wording
from casework.web.forms.articles import ArticleForm, ArticlesForm, SeenForm, WithdrawForm
from casework.web.guard import RoleBlueprint, me
from casework.web.menu import show_counts
from casework.web.saving import form_page, saving, text_of
from casework.workflow.guides import PUBLIC_READERS, ArticleState, expires_soon, has_expired
from casework.workflow.states import STAFF_ROLES

bp = RoleBlueprint("articles", __name__, *sorted(STAFF_ROLES), url_prefix="/articles")

TABS = {
    Tab.IN_FORCE: _l("In force"),
    Tab.MINE: _l("To do for you"),
    Tab.DRAFTS: _l("Drafts and changes"),
    Tab.EXPIRING: _l("About to expire"),
    Tab.EXPIRED: _l("Expired"),
    Tab.WITHDRAWN: _l("Out of force"),
}
EMPTY = {
    Tab.IN_FORCE: _l("No article is in force yet."),
    Tab.MINE: _l("Nothing waits for you."),
    Tab.DRAFTS: _l("Nothing is being written."),
    Tab.EXPIRING: _l("Nothing expires within 30 days."),
    Tab.EXPIRED: _l("Nothing has expired."),
    Tab.WITHDRAWN: _l("Nothing was taken out of force."),
}
OFFER = "offer"


@bp.get("")
def index() -> ResponseReturnValue:
    """List the articles; those who write have lists of what is to be done as well."""
    writes = me().role in reading.WRITERS
    form = ArticlesForm(request.args)
    tab = next((one for one in Tab if one.value == request.args.get("tab")), Tab.IN_FORCE)
    tab = tab if writes else Tab.IN_FORCE
    counted = reading.counts(session(), me(), today=today()) if writes else {}
    show_counts(articles=counted.get(Tab.MINE))
    given = form.given() | ({"tab": tab.value} if tab is not Tab.IN_FORCE else {})
    page = _page(tab, form)
    return render_template(
        "articles/index.html",
        form=form,
        tab=tab,
        navigation=_navigation(tab, counted) if writes else [],
        page=page,
        empty=_("Nothing fits. Take a filter away.") if form.given() else EMPTY[tab],
        older=url_for(".index", **dict[str, Any](given | {"after": page.after})),
        newer=url_for(".index", **dict[str, Any](given)) if request.args.get("after") else None,
        writes=writes,
        unit=_unit,
        over=lambda version: has_expired(version.valid_until, today()),
        soon=lambda version: expires_soon(version.valid_until, today()),
    )


@bp.get("/<int:article_id>")
def show(article_id: int) -> ResponseReturnValue:
    """Show an article: to its unit the newest version, to everybody else the one in force."""
    article = reading.article(session(), me(), article_id)
    return _shown(article)


@bp.get("/<int:article_id>/history")
def history(article_id: int) -> ResponseReturnValue:
    """Show who did what with an article, and when."""
    article = _own(article_id)
    return render_template(
        "articles/history.html",
        article=article,
        version=reading.version_of(session(), article, article.version),
        events=reading.history(session(), article),
    )


@bp.get("/<int:article_id>/versions/<int:version>")
def version(article_id: int, version: int) -> ResponseReturnValue:
    """Show an earlier version, compared with the one before it or with the one in force."""
    article = _own(article_id)
    wanted = reading.version_of(session(), article, version)
    earlier = reading.version_of(session(), article, version - 1) if version > 1 else None
    return render_template(
        "articles/version.html",
        article=article,
        version=wanted,
        earlier=earlier,
        stretches=differences(earlier.text if earlier else wanted.text, wanted.text),
        lines=_differences(earlier, wanted),
        form=SeenForm(formdata=None, seen=str(article.version)),
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Write a new article."""
    form = ArticleForm()
    unit = articles.unit_of(me())
    form.offer(reading.colleagues(session(), unit))
    if not form.is_submitted():
        form.begin(me(), today())
    if form.validate_on_submit():
        with saving(form) as db:
            return _written(db, articles.write(db, form.content(), by=me(), at=now()))
    return _form_page(form, None)


@bp.route("/<int:article_id>/change", methods=["GET", "POST"])
def change(article_id: int) -> ResponseReturnValue:
    """Write a new version of an article."""
    article = _own(article_id)
    form = ArticleForm()
    form.offer(reading.colleagues(session(), article.department_id))
    if not form.is_submitted():
        form.show(reading.version_of(session(), article, article.version))
    if form.validate_on_submit():
        with saving(form) as db:
            return _written(
                db,
                articles.change(
                    db, article_id, form.content(), seen=form.seen_version, by=me(), at=now()
                ),
            )
    return _form_page(form, article)


@bp.post("/<int:article_id>/offer")
def offer(article_id: int) -> ResponseReturnValue:
    """Give the newest version to the colleagues."""
    return _step(article_id, articles.offer, _("Your colleagues find it on their list."))


@bp.post("/<int:article_id>/publish")
def publish(article_id: int) -> ResponseReturnValue:
    """Put the newest version in force."""
    return _step(article_id, articles.publish, _("The article is in force."))


@bp.post("/<int:article_id>/versions/<int:version>/restore")
def restore(article_id: int, version: int) -> ResponseReturnValue:
    """Make an earlier version the newest again."""

    def restored(db: Session, article_id: int, **seen: Any) -> Article:
        return articles.restore(db, article_id, version, **seen)

    return _step(
        article_id, restored, _("It is the newest version again. It still has to be put in force.")
    )


@bp.route("/<int:article_id>/withdraw", methods=["GET", "POST"])
def withdraw(article_id: int) -> ResponseReturnValue:
    """Ask why, and take an article out of force."""
    article = _own(article_id)
    form = WithdrawForm()
    if not form.is_submitted():
        form.seen.data = str(article.version)
    if form.validate_on_submit():
        with saving(form) as db:
            articles.withdraw(
                db,
                article_id,
                note=text_of(form.note),
                seen=form.seen_version,
                by=me(),
                at=now(),
            )
            flash(_("The article is out of force. No page shows it any more."), "success")
            return redirect(url_for(".show", article_id=article_id), 303)
    found = reading.version_of(session(), article, article.version)
    return form_page("articles/withdraw.html", form, article=article, version=found)


def _step(article_id: int, take: Any, done: str) -> ResponseReturnValue:
    """Take a step that asks for nothing; a refusal draws the article with the reason on top."""
    form = SeenForm()
    if form.validate_on_submit():
        with saving(form) as db:
            take(db, article_id, seen=form.seen_version, by=me(), at=now())
            flash(done, "success")
            return redirect(url_for(".show", article_id=article_id), 303)
    return _shown(_own(article_id), form)


def _written(db: Session, article: Article) -> ResponseReturnValue:
    """Go on to the article that was just saved, and give it to the colleagues if so asked."""
    if request.form.get("do") == OFFER:
        articles.offer(db, article.id, seen=article.version, by=me(), at=now())
        flash(_("Saved. Your colleagues find it on their list."), "success")
    else:
        flash(_("Saved. Nobody else reads it before it is put in force."), "success")
    return redirect(url_for(".show", article_id=article.id), 303)


def _shown(article: Article, form: SeenForm | None = None) -> ResponseReturnValue:
    writes = reading.may_write(me(), article.department_id)
    number = article.version if writes else article.published_version or article.version
    found = reading.version_of(session(), article, number)
    refusal = articles.why_not_published(session(), article, by=me()) if writes else None
    values = {
        "article": article,
        "version": found,
        "writes": writes,
        "waiting": writes and article.version != article.published_version,
        "closed": wording(refusal) if refusal else None,
        "alone": writes and len(reading.colleagues(session(), article.department_id)) < 2,
        "unit": _unit,
        "subject_area": _subject(found.category_id),
        "over": has_expired(found.valid_until, today()),
        "public": article.state is ArticleState.PUBLISHED and found.readers in PUBLIC_READERS,
    }
    if form is None:
        fresh = SeenForm(formdata=None, seen=str(article.version))
        return render_template("articles/show.html", form=fresh, **values)
    return form_page("articles/show.html", form, **values)


def _form_page(form: ArticleForm, article: Article | None) -> ResponseReturnValue:
    return form_page(
        "articles/edit.html", form, article=article, subjects=open_subjects(), called=called
    )


def _own(article_id: int) -> Article:
    """Return an article that the reader writes; others may know it, and may not go there."""
    article = reading.article(session(), me(), article_id)
    if not reading.may_write(me(), article.department_id):
        abort(403)
    return article


def _page(tab: Tab, form: ArticlesForm) -> Page:
    try:
        return reading.page_of(
            session(),
            me(),
            tab,
            today=today(),
            narrowed=form.narrowed(),
            after=request.args.get("after"),
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return Page([], None)


def _navigation(here: Tab, counted: Any) -> list[dict[str, object]]:
    return [
        {
            "text": label,
            "href": url_for(".index", tab=tab.value),
            "current": tab is here,
            "count": counted.get(tab) if tab is not Tab.IN_FORCE else None,
            "late": tab in (Tab.MINE, Tab.EXPIRED),
        }
        for tab, label in TABS.items()
    ]


def _differences(earlier: ArticleVersion | None, wanted: ArticleVersion) -> list[Any]:
    """Return what beside the text is different, as (name, before, now)."""
    if earlier is None:
        return []
    named: dict[str, Callable[[ArticleVersion], object]] = {
        _("Title"): lambda one: one.title,
        _("Keywords"): lambda one: one.keywords,
        _("Category"): lambda one: _subject(one.category_id),
        _("Valid from"): lambda one: one.valid_from,
        _("Valid until"): lambda one: one.valid_until,
        _("Person responsible"): lambda one: one.responsible.display_name,
        _("For whom"): lambda one: one.readers,
        _("Sort"): lambda one: one.kind,
    }
    return [
        (name, read(earlier), read(wanted))
        for name, read in named.items()
        if read(earlier) != read(wanted)
    ]


def _unit(article: Article) -> str:
    return unit_name(article.department_id) if article.department_id else _("Petition office")


def _subject(category_id: int | None) -> str:
    found = subjects().get(category_id) if category_id else None
    return found.path if found else ""
