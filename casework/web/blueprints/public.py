"""What everybody may read: published letters with their answers, and how the service works."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import Invalid
from casework.queries import published
from casework.queries.attachments import public_picture, public_pictures
from casework.queries.published import AnswersPage, Published, TakenDown
from casework.queries.search import words_of
from casework.services import reading
from casework.web.clock import now, today
from casework.web.db import session, transaction
from casework.web.directory import subject_area, unit_name
from casework.web.downloads import as_download
from casework.web.excerpts import excerpt, marked
from casework.web.forms.answers import AnswersForm, OpinionForm
from casework.web.guard import OpenBlueprint
from casework.web.outside import address_of, tagged
from casework.web.rules import rules
from casework.web.saving import form_page
from casework.web.sources import source
from casework.web.ways import address_with

bp = OpenBlueprint("public", __name__, shared=True)

FAR = 10_000
"""A place at which no picture is."""

FED_BY = ("department", "category")
"""What a feed can be narrowed to."""


@bp.get("/answers")
def answers() -> ResponseReturnValue:
    """List the published answers, newest first."""
    form = AnswersForm(request.args)
    form.offer(today())
    chosen = form.chosen()
    after = request.args.get("after")
    try:
        words = words_of(chosen.words)
        page = published.answers(session(), chosen, at=now(), after=after)
    except Invalid as refusal:
        form.refuse(refusal)
        words, page = (), AnswersPage((), None)
    given = form.given()
    html = render_template(
        "public/answers.html",
        form=form,
        page=page,
        words=words,
        given=given,
        newer=address_with(".answers", given) if after else None,
        older=address_with(".answers", given | {"after": page.next_key}) if page.next_key else None,
        excerpt=excerpt,
        marked=marked,
        unit_name=unit_name,
        address_of=address_of,
        feed=address_with("open_data.feed", {k: v for k, v in given.items() if k in FED_BY}),
    )
    return tagged(html, 422 if form.form_errors or form.errors else 200)


@bp.get("/answers/<number>")
def answer(number: str) -> ResponseReturnValue:
    """Show one letter with its answer; what was taken down says so."""
    found = published.answer(session(), number) if "\0" not in number else None
    if found is None:
        abort(404)
    if isinstance(found, TakenDown):
        return render_template("public/taken_down.html", number=found.number), 410
    return tagged(
        render_template(
            "public/answer.html",
            answer=found,
            address=address_of("public.answer", number=found.number),
            opinions=published.opinions(session(), found.case_id),
            excerpt=excerpt,
            pictures=public_pictures(session(), found.case_id),
            unit=unit_name(found.department_id) if found.department_id else None,
            subject_area=subject_area(found.category_id),
        )
    )


@bp.get("/answers/<number>/pictures/<int:position>")
def picture(number: str, position: int) -> ResponseReturnValue:
    """Send one picture beside a public answer, under a name that is a number."""
    found = published.answer(session(), number) if "\0" not in number else None
    if not isinstance(found, Published):
        abort(404 if found is None else 410)
    kept = public_picture(session(), found.case_id, min(position, FAR))
    if kept is None:
        abort(404)
    kind, content = kept
    response = as_download(f"{found.number}-{position}.{kind.value}", kind, content)
    del response.headers["Cache-Control"]  # for everybody, and asked for each time
    response.add_etag()
    return response.make_conditional(request)


@bp.route("/answers/<number>/opinion", methods=["GET", "POST"])
def opinion(number: str) -> ResponseReturnValue:
    """Ask a reader whether the answer was useful; each source is heard once a day."""
    found = published.answer(session(), number) if "\0" not in number else None
    if not isinstance(found, Published):
        abort(404 if found is None else 410)
    form = OpinionForm()
    if form.validate_on_submit():
        with transaction() as db:
            reading.tell_opinion(
                db,
                found.case_id,
                useful=form.useful.data == "yes",
                source=source(),
                day=today(),
                at=now(),
            )
        flash(_("Thank you for telling us."), "success")
        return redirect(url_for(".answer", number=number), 303)
    return form_page("public/opinion.html", form, answer=found)


@bp.get("/about")
def about() -> ResponseReturnValue:
    """Say how the service works, what it promises and what it does with personal data."""
    return tagged(render_template("public/about.html", district=rules().settings))
