"""A page on which every component macro stands once, for citizens and for staff."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import BooleanField, HiddenField, PasswordField, SelectMultipleField

from casework.errors import Conflict, GuardFailed, NotPermitted, TooMany
from casework.web.clock import now, today
from casework.web.forms.base import (
    CaseworkForm,
    day_field,
    email_field,
    enum_radios,
    enum_select,
    id_number_field,
    line_field,
    options,
    phone_field,
    text_field,
)
from casework.web.guard import OpenBlueprint, RoleBlueprint
from casework.workflow import words
from casework.workflow.states import Kind, Role, State, Urgency

open_bp = OpenBlueprint("gallery", __name__)
desk_bp = RoleBlueprint("desk", __name__, Role.OFFICE, url_prefix="/desk")


class EveryField(CaseworkForm):
    kind = enum_radios(
        "件别", words.KINDS, required="请选择件别", hints={Kind.HELP: "有困难需要帮助"}
    )
    title = line_field("主题", required="请填写主题", hint="一句话说明")
    text = text_field("正文", required="请填写正文", least=10, limit=20_000)
    phone = phone_field()
    email = email_field()
    id_number = id_number_field()
    day = day_field("发生日期")
    urgency = enum_select("缓急", words.URGENCIES)
    consent = BooleanField("同意公开", description="不含个人信息")
    units = SelectMultipleField("协办单位", choices=options([(1, "城管局"), (2, "民政局")]))
    password = PasswordField("密码")
    file = FileField("附件")
    origin = HiddenField(default="web")


@dataclass
class Row:
    number: str
    title: str
    state: State
    urgency: Urgency
    days: int


def rows() -> list[Row]:
    titles = ("小区门口的路灯坏了两个月，晚上老人出行不便", "公交 <script>alert(1)</script> 改线")
    return [
        Row(f"TH20261123{n:05}", titles[n % 2], state, list(Urgency)[n % 3], n - 4)
        for n, state in enumerate(State)
    ]


@open_bp.route("/gallery", methods=["GET", "POST"])
def citizens() -> ResponseReturnValue:
    return _page("gallery/citizens.html")


@desk_bp.route("/gallery", methods=["GET", "POST"])
def staff() -> ResponseReturnValue:
    return _page("gallery/staff.html")


@open_bp.post("/refuse/<kind>")
def refuse(kind: str) -> ResponseReturnValue:
    if kind == "guard":
        raise GuardFailed(reason="Write the text first.")
    raise {"conflict": Conflict(), "forbidden": NotPermitted(), "many": TooMany(90)}[kind]


@open_bp.get("/flash")
def flashing() -> ResponseReturnValue:
    flash("已保存", "success")
    return redirect(url_for("gallery.citizens"))


@open_bp.get("/broken")
def broken() -> ResponseReturnValue:
    raise RuntimeError("13800138000 must not be in a log")


def _page(template: str) -> ResponseReturnValue:
    form = EveryField()
    form.validate_on_submit()
    html = render_template(
        template,
        form=form,
        rows=rows(),
        now=now(),
        due_on=today,
        lapse=timedelta,
        months=[(f"2026-{month:02}", month * 13 % 70) for month in range(1, 12)],
    )
    return html, 422 if form.errors else 200


def install(app: Flask) -> Flask:
    """Add the gallery to ``app``; its templates stand beside this file."""
    own = FileSystemLoader(Path(__file__).parent / "templates")
    app.jinja_env.loader = ChoiceLoader([own, app.jinja_env.loader])  # type: ignore[list-item]
    app.register_blueprint(open_bp)
    app.register_blueprint(desk_bp)
    return app
