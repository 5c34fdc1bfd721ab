"""Guides for everybody: the list with its search, a page each, a feed, and what readers say."""

from xml.etree import ElementTree

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import Invalid
from casework.queries import guides
from casework.queries.guides import Guide, GuidesPage
from casework.queries.search import words_of
from casework.services import reading
from casework.web.clock import now, today
from casework.web.db import session, transaction
from casework.web.directory import subject_area, unit_name
from casework.web.excerpts import excerpt, marked
from casework.web.feeds import SITEMAP, FeedEntry, atom, document, element
from casework.web.forms.articles import GuidesForm, UsefulForm
from casework.web.guard import OpenBlueprint
from casework.web.language import language
from casework.web.outside import address_of, tagged
from casework.web.rules import rules
from casework.web.saving import form_page
from casework.web.sources import source
from casework.web.ways import address_with

bp = OpenBlueprint("guides", __name__, shared=True)


@bp.get("/guides")
def index() -> ResponseReturnValue:
    """List the guides in force, newest first."""
    form = GuidesForm(request.args)
    chosen, after = form.chosen(), request.args.get("after")
    try:
        words = words_of(chosen.words)
        page = guides.guides(session(), chosen, at=now(), today=today(), after=after)
    except Invalid as refusal:
        form.refuse(refusal)
        words, page = (), GuidesPage((), None)
    given = form.given()
    html = render_template(
        "guides/index.html",
        form=form,
        page=page,
        words=words,
        given=given,
        newer=address_with(".index", given) if after else None,
        older=address_with(".index", given | {"after": page.next_key}) if page.next_key else None,
        excerpt=excerpt,
        marked=marked,
        unit=unit,
        address_of=address_of,
    )
    return tagged(html, 422 if form.form_errors or form.errors else 200)


@bp.get("/guides/<int:article_id>")
def show(article_id: int) -> ResponseReturnValue:
    """Show one guide; what is no longer valid says so, and nothing else."""
    found = _found(article_id)
    if not isinstance(found, Guide):
        return render_template("guides/gone.html"), 410
    return tagged(
        render_template(
            "guides/show.html",
            guide=found,
            address=address_of("guides.show", article_id=article_id),
            opinions=guides.opinions(session(), found.id),
            excerpt=excerpt,
            unit=unit(found),
            subject_area=subject_area(found.category_id),
        )
    )


@bp.route("/guides/<int:article_id>/opinion", methods=["GET", "POST"])
def opinion(article_id: int) -> ResponseReturnValue:
    """Ask a reader whether the guide was useful; each source is heard once a day."""
    found = _found(article_id)
    if not isinstance(found, Guide):
        abort(410)
    form = UsefulForm()
    if form.validate_on_submit():
        with transaction() as db:
            reading.tell_opinion_of_guide(
                db,
                found.id,
                useful=form.useful.data == "yes",
                source=source(),
                day=today(),
                at=now(),
            )
        flash(_("Thank you for telling us."), "success")
        return redirect(url_for(".show", article_id=article_id), 303)
    return form_page("guides/opinion.html", form, guide=found)


@bp.get("/guides.atom")
def feed() -> ResponseReturnValue:
    """Give the newest guides as a feed."""
    newest = guides.guides(session(), guides.Chosen(), at=now(), today=today())
    entries = [
        FeedEntry(
            address_of("guides.show", article_id=one.id),
            one.title,
            one.published_at,
            unit(one),
            one.text,
        )
        for one in newest.rows
    ]
    settings = rules().settings
    district = settings.district_name_en if language() == "en" else settings.district_name
    body = atom(
        f"{_('Guides')} – {district}",
        address=address_of("guides.feed"),
        page=address_of("guides.index"),
        entries=entries,
        at=now(),
    )
    return tagged(body, mimetype="application/atom+xml")


@bp.get("/sitemap-guides.xml")
def sitemap() -> ResponseReturnValue:
    """List the addresses of the guides in force for search engines."""
    root = ElementTree.Element("urlset", xmlns=SITEMAP)
    for guide_id, published_at in guides.addresses(session(), today=today()):
        place = ElementTree.SubElement(root, "url")
        element(place, "loc", address_of("guides.show", article_id=guide_id))
        element(place, "lastmod", published_at.isoformat())
    return tagged(document(root), mimetype="application/xml")


def unit(guide: Guide) -> str:
    """Return the name of the unit whose guide it is."""
    return unit_name(guide.department_id) if guide.department_id else _("Petition office")


def _found(article_id: int) -> object:
    found = guides.guide(session(), article_id, today=today())
    if found is None:
        abort(404)
    return found
