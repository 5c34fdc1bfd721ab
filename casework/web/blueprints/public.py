"""What everybody may read: published letters with their answers, and how the service works."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.errors import Invalid
from casework.queries import published
from casework.queries.published import AnswersPage, TakenDown
from casework.queries.search import words_of
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.directory import subjects, unit_name
from casework.web.excerpts import excerpt, marked
from casework.web.forms.answers import AnswersForm
from casework.web.guard import OpenBlueprint
from casework.web.language import language
from casework.web.rules import rules

bp = OpenBlueprint("public", __name__, shared=True)


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
        newer=_list_at(given) if after else None,
        older=_list_at(given | {"after": page.next_key}) if page.next_key else None,
        excerpt=excerpt,
        marked=marked,
        unit_name=unit_name,
    )
    return _tagged(html, 422 if form.form_errors or form.errors else 200)


@bp.get("/answers/<number>")
def answer(number: str) -> ResponseReturnValue:
    """Show one letter with its answer; what was taken down says so."""
    found = published.answer(session(), number) if "\0" not in number else None
    if found is None:
        abort(404)
    if isinstance(found, TakenDown):
        return render_template("public/taken_down.html", number=found.number), 410
    return _tagged(
        render_template(
            "public/answer.html",
            answer=found,
            unit=unit_name(found.department_id) if found.department_id else None,
            subject_area=_subject_area(found.category_id),
        )
    )


@bp.get("/about")
def about() -> ResponseReturnValue:
    """Say how the service works, what it promises and what it does with personal data."""
    return _tagged(render_template("public/about.html", district=rules().settings))


def _list_at(choices: Mapping[str, str]) -> str:
    return f"{url_for('.answers')}?{urlencode(choices)}" if choices else url_for(".answers")


def _tagged(html: str, status: int = 200) -> Response:
    """Return a page that a browser may keep, and is told by its tag when nothing has changed.

    It asks each time, so that what is taken down is gone at once.
    """
    response = make_response(html, status)
    if status == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


def _subject_area(category_id: int | None) -> str | None:
    found = subjects().get(category_id) if category_id is not None else None
    if found is None:
        return None
    return found.name_en if language() == "en" and found.name_en else found.path
