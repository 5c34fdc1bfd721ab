"""What could be public and is not: cases by age and reason, and the rate of each unit."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from casework.queries import unpublished as lists
from casework.queries.unpublished import NO_LIMIT, UnitRate, Wanted, Which
from casework.web.clock import today
from casework.web.db import session
from casework.web.directory import reason_text, reasons_for, unit_name
from casework.web.forms.figures import PeriodForm
from casework.web.forms.unpublished import LISTS, UnpublishedForm
from casework.web.guard import RoleBlueprint, me
from casework.web.language import percent
from casework.web.ways import address_with
from casework.workflow.states import Action, Role

bp = RoleBlueprint(
    "unpublished", __name__, Role.OFFICE, Role.SUPERVISOR, Role.LEADER, url_prefix="/unpublished"
)

UNITS_ON_A_PAGE = 50


@bp.get("")
def index() -> ResponseReturnValue:
    """List answered cases with consent that are not public, the oldest first."""
    form = UnpublishedForm(formdata=request.args)
    valid = form.validate() or not request.args
    wanted = form.wanted if valid else NO_LIMIT
    rows, after = (
        lists.unpublished(session(), me(), form.list, wanted, after=request.args.get("after"))
        if valid
        else ([], None)
    )
    given = {name: value for name, value in request.args.items() if value and name != "after"}
    page = render_template(
        "unpublished/index.html",
        form=form,
        which=form.list,
        tabs=[
            {
                "text": words,
                "href": address_with(".index", given | {"which": one.value}),
                "current": one is form.list,
            }
            for one, words in LISTS.items()
        ],
        rows=rows,
        reasons=_reasons(),
        age=lambda row: (today() - row.completed_on).days,
        older=address_with(".index", given | {"after": after}) if after else None,
        first=address_with(".index", given) if request.args.get("after") else None,
        unit_name=unit_name,
    )
    return page, 200 if valid else 422


@bp.get("/rates")
def rates() -> ResponseReturnValue:
    """Show how much of what each unit answered with consent is public, and why the rest is not."""
    form = PeriodForm(formdata=request.args)
    frame = {"form": form, "percent": percent, "unit_name": unit_name}
    if not form.validate():
        return render_template("unpublished/rates.html", rows=None, **frame), 422
    wanted = Wanted(form.first, form.last, form.department_id)
    every = sorted(
        lists.rates(session(), me(), wanted), key=lambda rate: unit_name(rate.department_id)
    )
    start = max(request.args.get("start", 0, type=int), 0)
    period = {"from": form.first.isoformat(), "to": form.last.isoformat()}
    given = period | ({"department": str(form.department_id)} if form.department_id else {})

    def cases(rate: UnitRate | None, which: str, reason: str = "") -> str:
        unit = rate.department_id if rate else form.department_id
        chosen = period | {"which": which}
        chosen |= {"department": str(unit)} if unit else {}
        return address_with(".index", chosen | ({"reason": reason} if reason else {}))

    following = start + UNITS_ON_A_PAGE
    return render_template(
        "unpublished/rates.html",
        rows=every[start:following],
        whole=_whole(every),
        reasons={code: words for code, words in _reasons().items() if _counts(every, code)},
        cases=cases,
        which=Which,
        first=address_with(".rates", given) if start else None,
        older=address_with(".rates", given | {"start": str(following)})
        if len(every) > following
        else None,
        **frame,
    )


def _whole(every: list[UnitRate]) -> UnitRate:
    whole = UnitRate(None)
    for rate in every:
        whole.answered += rate.answered
        whole.published += rate.published
        whole.undecided += rate.undecided
        for code, count in rate.reasons.items():
            whole.reasons[code] = whole.reasons.get(code, 0) + count
    return whole


def _counts(every: list[UnitRate], code: str) -> bool:
    return any(rate.reasons.get(code) for rate in every)


def _reasons() -> dict[str, str]:
    return {
        one.code: reason_text(one)
        for action in (Action.WITHHOLD, Action.UNPUBLISH)
        for one in reasons_for(action)
    }
