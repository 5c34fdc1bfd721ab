"""A person's own account: the password, one-time codes, the language."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.models import User
from casework.sealing import SealBroken
from casework.services import accounts, sessions, totp
from casework.services.notices import choose_ways
from casework.web import guard
from casework.web.blueprints.account import district_words
from casework.web.clock import now
from casework.web.db import transaction
from casework.web.forms.account import (
    ChangePasswordForm,
    LanguageForm,
    NoticesForm,
    RemoveCodesForm,
    SetUpCodesForm,
)
from casework.web.guard import RoleBlueprint, me
from casework.web.language import language as page_language
from casework.web.outward import BY_SMS, offered
from casework.web.pictures import qr_code
from casework.web.rules import rules
from casework.web.saving import form_page, refusals_on, saving, text_of
from casework.workflow.notices import NoticeGroup
from casework.workflow.states import STAFF_ROLES

bp = RoleBlueprint("profile", __name__, *STAFF_ROLES, url_prefix="/account")


@bp.get("")
def index() -> ResponseReturnValue:
    return render_template(
        "account/index.html", user=me(), second_step=accounts.has_second_step(me())
    )


@bp.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        user = me()
        with refusals_on(form):
            _count_try(user)
            with transaction() as db:
                accounts.check_own_password(db, user, text_of(form.current), at=now())
                accounts.change_password(
                    db, user, text_of(form.password), at=now(), words=district_words()
                )
                token = sessions.start_session(db, user, now())
            guard.sign_in(user, token)
            flash(
                _("Your password is changed. All other browsers have been signed out."), "success"
            )
            return redirect(url_for(".index"))
    return form_page("account/password.html", form)


@bp.route("/codes", methods=["GET", "POST"])
def codes() -> ResponseReturnValue:
    """Set up one-time codes: the seed is shown once and kept when a first code fits."""
    user = me()
    if accounts.has_second_step(user):
        return redirect(url_for(".remove_codes"))
    form = SetUpCodesForm()
    seed = _pending_seed(user, form.pending.data)
    if form.validate_on_submit():
        with saving(form) as db:
            accounts.set_up_totp(
                db, user, seed, text_of(form.code), at=now(), sealer=rules().sealer
            )
            sessions.end_all_sessions(db, user, now(), but=guard.token())
            flash(_("From now on you sign in with a one-time code too."), "success")
            return redirect(url_for(".index"))
    form.pending.data = _sealed_seed(user, seed)
    uri = totp.provisioning_uri(seed, account=user.username, issuer=_issuer())
    return form_page("account/codes.html", form, seed=seed, uri=uri, picture=qr_code(uri))


@bp.route("/codes/remove", methods=["GET", "POST"])
def remove_codes() -> ResponseReturnValue:
    user = me()
    if not accounts.has_second_step(user):
        return redirect(url_for(".codes"))
    form = RemoveCodesForm()
    if form.validate_on_submit():
        with refusals_on(form):
            _count_try(user)
            with transaction() as db:
                accounts.check_own_password(db, user, text_of(form.current), at=now())
                accounts.check_code(db, user, text_of(form.code), at=now(), sealer=rules().sealer)
                accounts.remove_totp(db, user)
            flash(_("No one-time code is asked for any more."), "success")
            return redirect(url_for(".index"))
    return form_page("account/remove_codes.html", form)


@bp.route("/language", methods=["GET", "POST"])
def language() -> ResponseReturnValue:
    form = LanguageForm(language=me().language)
    if form.validate_on_submit():
        with saving(form):
            accounts.choose_language(me(), form.language.data)
            flash(_("Your language is kept."), "success")
            return redirect(url_for(".index"))
    return form_page("account/language.html", form)


@bp.route("/notices", methods=["GET", "POST"])
def notices() -> ResponseReturnValue:
    """Choose what reaches a person beside the inbox."""
    form = NoticesForm(mailed=me().mailed, texted=me().texted)
    if form.validate_on_submit():
        with saving(form):
            choose_ways(
                me(),
                mailed=[NoticeGroup(group) for group in form.mailed.data or []],
                texted=[NoticeGroup(group) for group in form.texted.data or []],
            )
            flash(_("Your choice is kept."), "success")
            return redirect(url_for(".index"))
    return form_page("account/notices.html", form, user=me(), texts_offered=BY_SMS in offered())


def _count_try(user: User) -> None:
    with transaction() as db:
        accounts.count_code_try(db, user, now())


def _issuer() -> str:
    settings = rules().settings
    return settings.district_name if page_language() == "zh_CN" else settings.district_name_en


def _sealed_seed(user: User, seed: str) -> str:
    sealed = rules().sealer.seal({"seed": seed}, row=f"users/{user.id}/pending")
    return urlsafe_b64encode(sealed).decode()


def _pending_seed(user: User, sealed: str | None) -> str:
    """Return the seed that the page has shown already, else a new one; only ours is taken."""
    if sealed:
        try:
            opened = rules().sealer.open_sealed(
                urlsafe_b64decode(sealed.encode()), row=f"users/{user.id}/pending"
            )
            return opened["seed"]
        except (SealBroken, Base64Error, ValueError):
            return totp.new_seed()
    return totp.new_seed()
