"""Reviews for staff: the list of all, and one asked for by a petitioner who calls or comes."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from casework.queries import cases
from casework.queries import reviews as lists
from casework.queries.reviews import Tab
from casework.services import reviews
from casework.web.clock import today
from casework.web.db import session
from casework.web.directory import unit_name
from casework.web.entering import enter_once
from casework.web.forms.reviews import AskReviewForThemForm
from casework.web.guard import RoleBlueprint, me
from casework.web.menu import show_counts
from casework.web.saving import form_page, refusals_on, text_of
from casework.web.slips import new_slip, token_of
from casework.web.steps import mine
from casework.web.uploads import take_files, takes_files
from casework.workflow.reviews import stage_after
from casework.workflow.states import Role

bp = RoleBlueprint("reviews", __name__, Role.OFFICE, Role.SUPERVISOR, Role.LEADER)
asking = RoleBlueprint("review_asking", __name__, Role.OFFICE, Role.OPERATOR)

TABS: Mapping[Tab, LazyString] = {
    Tab.RUNNING: _l("All running"),
    Tab.LATE: _l("Past the day promised"),
    Tab.ANSWERED: _l("Answered"),
    Tab.ALL: _l("All"),
}


@bp.get("/reviews")
def index() -> ResponseReturnValue:
    """List the reviews and re-reviews, the newest first."""
    tab = next((one for one in TABS if one.value == request.args.get("tab")), Tab.RUNNING)
    counted = lists.review_counts(session(), me(), today=today())
    show_counts(reviews=counted[Tab.RUNNING])
    rows, after = lists.review_rows(
        session(), me(), tab, today=today(), after=request.args.get("after", type=int)
    )
    return render_template(
        "reviews/index.html",
        rows=rows,
        tab=tab,
        tabs=[
            {
                "text": label,
                "href": url_for(".index", tab=one.value),
                "current": one is tab,
                "count": counted[one],
                "late": one is Tab.LATE and counted[one] > 0,
            }
            for one, label in TABS.items()
        ],
        older=url_for(".index", tab=tab.value, after=after) if after else None,
        first=url_for(".index", tab=tab.value) if request.args.get("after") else None,
        unit_name=unit_name,
    )


@asking.route("/cases/<number>/review", methods=["GET", "POST"])
@takes_files
def ask(number: str) -> ResponseReturnValue:
    """Write down that a petitioner asks for a review of the answer."""
    form = AskReviewForThemForm()
    case = cases.case_page(session(), me(), number)
    take_files(form)
    token = token_of(form.slip.data)
    if token is None:
        form.slip.data = new_slip()
    elif form.validate_on_submit():
        with refusals_on(form):
            enter_once(
                token,
                form,
                lambda db: reviews.ask_review(
                    db,
                    cases.for_update(db, me(), number),
                    reason=text_of(form.reason),
                    form_token=token,
                    **mine(),
                ),
            )
            office = me().role is Role.OFFICE
            return redirect(url_for("office.entered" if office else "operator.read_back"), 303)
    return form_page("reviews/ask.html", form, case=case, again=stage_after(case.channel))
