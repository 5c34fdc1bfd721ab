"""The words of every notice, as they stand until an administrator writes others.

Petitioners are told by mail or text message. Staff are told in the inbox; their mail says the
same. A text message is one line; a mail is made of the line, of what to do, and of an ending.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from casework.language import LOCALES
from casework.models import Medium
from casework.notify.follower_texts import FOLLOWER_ENDS, TO_FOLLOWERS
from casework.notify.petitioner_texts import TO_PETITIONERS
from casework.workflow.notices import AUDIENCE, Audience, Notice


class Text(NamedTuple):
    """The words of one notice in one language for one medium; only a mail shows the subject."""

    subject: str
    body: str


class TextKey(NamedTuple):
    """Which text: staff read that of the inbox, by mail too."""

    notice: Notice
    medium: Medium
    language: str


MAIL_ENDS: Mapping[str, tuple[str, str]] = {
    "zh_CN": (
        "您好！\n\n",
        "\n\n请在以下网址凭编号和查询码查看：\n{link}\n\n咨询电话：{hotline}\n{district}\n\n"
        "本邮件由系统自动发出，请勿直接回复。",
    ),
    "en": (
        "Hello,\n\n",
        "\n\nRead more with your case number and access code:\n{link}\n\nQuestions? Call "
        "{hotline}.\n{district}\n\nThis mail was sent by a machine. Please do not answer it.",
    ),
}

TO_STAFF: Mapping[Notice, Mapping[str, tuple[str, str]]] = {
    Notice.DISPATCHED: {
        "zh_CN": ("新件待签收：{number}", "信访件{number}已转到贵单位，请在{due}前签收。"),
        "en": ("To be signed for: {number}", "Case {number} is with you. Sign for it by {due}."),
    },
    Notice.RECALLED: {
        "zh_CN": ("已收回：{number}", "信访件{number}已由信访办收回，无需再办。{reason}"),
        "en": ("Recalled: {number}", "The office has taken case {number} back. {reason}"),
    },
    Notice.SENT_BACK: {
        "zh_CN": ("退单待裁：{number}", "{unit}退回信访件{number}，请裁定。{reason}"),
        "en": (
            "Sent back: {number}",
            "{unit} has sent case {number} back. Please decide. {reason}",
        ),
    },
    Notice.UPHELD: {
        "zh_CN": ("维持转办：{number}", "信访件{number}经裁定仍由贵单位办理，请在{due}前签收。"),
        "en": (
            "Stays with you: {number}",
            "The office has decided that case {number} stays with you. Sign for it by {due}.",
        ),
    },
    Notice.SUPPLIED: {
        "zh_CN": (
            "信访人已补充：{number}",
            "信访件{number}已收到补充情况，请继续办理，{due}到期。",
        ),
        "en": (
            "Answered by the petitioner: {number}",
            "The question in case {number} is answered or has lapsed. Please go on, due {due}.",
        ),
    },
    Notice.TO_REVIEW: {
        "zh_CN": ("待审核：{number}", "信访件{number}的答复已拟好，请审核，{due}到期。"),
        "en": ("To be reviewed: {number}", "A reply to case {number} waits for review, due {due}."),
    },
    Notice.REDRAFT: {
        "zh_CN": (
            "退回重拟：{number}",
            "信访件{number}的答复需要重拟，意见见办理页面，{due}到期。",
        ),
        "en": (
            "To be redrafted: {number}",
            "The reply to case {number} came back from review. The case says why. Due {due}.",
        ),
    },
    Notice.TO_FORWARD: {
        "zh_CN": ("待转达：{number}", "信访件{number}的答复已通过审核，请在{due}前转达。"),
        "en": (
            "To be forwarded: {number}",
            "The reply to case {number} is approved. Forward it by {due}.",
        ),
    },
    Notice.REWORK: {
        "zh_CN": ("退回重办：{number}", "信访办退回信访件{number}，请补充办理，{due}到期。"),
        "en": (
            "To be reworked: {number}",
            "The office asks for a better answer to case {number}, due {due}.",
        ),
    },
    Notice.REDO: {
        "zh_CN": ("重办：{number}", "信访件{number}需要重新办理，请在{due}前签收。"),
        "en": ("Done again: {number}", "Case {number} is to be done again. Sign for it by {due}."),
    },
    Notice.WITHDRAWN: {
        "zh_CN": ("信访人撤回：{number}", "信访件{number}已由信访人撤回，无需再办。"),
        "en": ("Withdrawn: {number}", "The petitioner has taken case {number} back."),
    },
    Notice.INSTRUCTION: {
        "zh_CN": ("领导批示：{number}", "信访件{number}有新的领导批示，请查看并落实。"),
        "en": ("Instruction: {number}", "A leader has written an instruction on case {number}."),
    },
    Notice.ERASURE_ASKED: {
        "zh_CN": (
            "申请删除信息：{number}",
            "信访人申请删除信访件{number}的信息，请审批并说明理由。",
        ),
        "en": (
            "Erasure asked for: {number}",
            "The petitioner of case {number} asks for it to be erased. Please decide.",
        ),
    },
    Notice.TO_CLEAR: {
        "zh_CN": ("公开文本待审批：{number}", "信访件{number}的公开文本属于敏感内容，请您审批。"),
        "en": (
            "Public text for a leader to approve: {number}",
            "The public text of case {number} is sensitive. Please decide whether it may go out.",
        ),
    },
    Notice.CLEARED: {
        "zh_CN": ("公开文本已审批：{number}", "领导已同意公开信访件{number}，请复核后公布。"),
        "en": (
            "Public text approved: {number}",
            "A leader has approved the public text of case {number}. Check and publish it.",
        ),
    },
    Notice.TURNED_DOWN: {
        "zh_CN": ("公开文本未获同意：{number}", "领导未同意公开信访件{number}，请查看理由后修改。"),
        "en": (
            "Public text refused: {number}",
            "A leader has refused the public text of case {number}. Read why, then change it.",
        ),
    },
    Notice.EXTENSION_ASKED: {
        "zh_CN": ("申请延期：{number}", "{unit}申请信访件{number}延期{days}天，请审批。"),
        "en": (
            "Extension asked: {number}",
            "{unit} asks for {days} more days for case {number}. Please decide.",
        ),
    },
    Notice.EXTENSION_FOR_LEADER: {
        "zh_CN": ("申请延期待批示：{number}", "{unit}申请信访件{number}延期{days}天，请审批。"),
        "en": (
            "Extension for a leader to decide: {number}",
            "{unit} asks for {days} more days for case {number}. A leader decides.",
        ),
    },
    Notice.EXTENSION_GRANTED: {
        "zh_CN": ("同意延期：{number}", "信访件{number}已同意延期，新的期限为{due}。"),
        "en": ("Extension granted: {number}", "Case {number} has more time and is due {due}."),
    },
    Notice.APPEAL: {
        "zh_CN": ("考核申诉：{number}", "{unit}申请信访件{number}不计入按期办结率，请审核。"),
        "en": (
            "Appeal about the on-time rate: {number}",
            "{unit} asks to leave case {number} out of its on-time rate. Please decide.",
        ),
    },
    Notice.APPEAL_GRANTED: {
        "zh_CN": ("申诉成立：{number}", "信访件{number}不计入贵单位按期办结率。{reason}"),
        "en": (
            "Appeal granted: {number}",
            "Case {number} is left out of your unit's on-time rate. {reason}",
        ),
    },
    Notice.APPEAL_REFUSED: {
        "zh_CN": ("申诉不成立：{number}", "信访件{number}仍计入贵单位按期办结率。{reason}"),
        "en": (
            "Appeal refused: {number}",
            "Case {number} goes on counting in your unit's on-time rate. {reason}",
        ),
    },
    Notice.EXTENSION_REFUSED: {
        "zh_CN": ("不同意延期：{number}", "信访件{number}不同意延期，期限仍为{due}。{reason}"),
        "en": (
            "Extension refused: {number}",
            "Case {number} gets no more time and is due {due}. {reason}",
        ),
    },
    Notice.WARNING: {
        "zh_CN": ("即将到期：{number}", "信访件{number}将于{due}到期，请抓紧办理。"),
        "en": ("Due soon: {number}", "Case {number} is due on {due}."),
    },
    Notice.REMINDER: {
        "zh_CN": ("催办：{number}", "信访件{number}已于{due}到期，请立即办理。"),
        "en": ("Reminder: {number}", "Case {number} was due on {due}. Please act at once."),
    },
    Notice.ORDER: {
        "zh_CN": (
            "督办单：{number}",
            "信访件{number}超期（期限{due}），已发督办单，请在{explain_by}前书面说明原因。",
        ),
        "en": (
            "Supervision order: {number}",
            "Case {number} was due on {due}. The supervision order asks for a written explanation "
            "by {explain_by}.",
        ),
    },
    Notice.ORDER_CHASED: {
        "zh_CN": ("督办单未回复：{number}", "信访件{number}的督办单尚未书面说明，请立即回复。"),
        "en": (
            "Order without explanation: {number}",
            "The supervision order on case {number} still waits for its written explanation.",
        ),
    },
    Notice.YELLOW_CARD: {
        "zh_CN": ("黄牌：{number}", "信访件{number}严重超期（期限{due}），{unit}被出示黄牌。"),
        "en": ("Yellow card: {number}", "Case {number}, due on {due}: yellow card for {unit}."),
    },
    Notice.RED_CARD: {
        "zh_CN": (
            "红牌：{number}",
            "信访件{number}严重超期（期限{due}），{unit}被出示红牌并报区领导。",
        ),
        "en": (
            "Red card: {number}",
            "Case {number}, due on {due}: red card for {unit}. The leaders are told.",
        ),
    },
    Notice.DIGEST: {
        "zh_CN": ("今日待办摘要", "{unit}今日有{count}件需要关注。\n{details}"),
        "en": ("Your cases today", "{unit}: {count} cases need attention today.\n{details}"),
    },
    Notice.CIRCULAR: {
        "zh_CN": ("信访工作通报已印发", "{details}已印发，请登录系统阅读。"),
        "en": ("The circular has been issued", "{details} has been issued. Please read it here."),
    },
    Notice.GUIDE_EXPIRES: {
        "zh_CN": (
            "指南有效期提醒：{due}到期",
            "由您负责的{details}有效期至{due}。请核对内容，及时延长有效期、更新或停用。",
        ),
        "en": (
            "A guide is good until {due}",
            "{details}, for which you are responsible, is good until {due}. Please check it, then "
            "give it a later day, renew it or take it out of force.",
        ),
    },
    Notice.CALENDAR_MISSING: {
        "zh_CN": (
            "缺少明年的工作日历",
            "明年的放假和调休安排尚未录入，期限无法准确计算，请尽快导入。",
        ),
        "en": (
            "Next year's calendar is missing",
            "The days off of next year are not entered yet, so dates cannot be counted rightly. "
            "Please import them.",
        ),
    },
}
"""For staff: what the entry in the inbox is called, and what it says."""

STAFF_ENDS: Mapping[str, str] = {
    "zh_CN": "\n\n{link}\n\n{district}\n本邮件由系统自动发出，请勿直接回复。",
    "en": "\n\n{link}\n\n{district}\nThis mail was sent by a machine. Please do not answer it.",
}
"""What a mail to staff says after the words of the inbox."""


def _defaults() -> Iterator[tuple[TextKey, Text]]:
    yield from _outside(TO_PETITIONERS, MAIL_ENDS)
    yield from _outside(TO_FOLLOWERS, FOLLOWER_ENDS)
    for notice, words in TO_STAFF.items():
        for language, (subject, body) in words.items():
            yield TextKey(notice, Medium.INBOX, language), Text(subject, body)


def _outside(
    texts: Mapping[Notice, Mapping[str, tuple[str, str, str]]], ends: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[TextKey, Text]]:
    """Yield a text message and a mail for each: the line, and around it what only a mail holds."""
    for notice, by_language in texts.items():
        for language, (subject, line, more) in by_language.items():
            before, after = ends[language]
            yield TextKey(notice, Medium.SMS, language), Text("", line)
            body = f"{before}{line}\n{more}{after}"
            yield TextKey(notice, Medium.MAIL, language), Text(subject, body)


DEFAULTS: Mapping[TextKey, Text] = dict(_defaults())


def keys_of(notice: Notice) -> list[TextKey]:
    """Return the texts that a notice needs, in the order of audiences, media and languages."""
    audience = AUDIENCE[notice]
    outside = {Audience.PETITIONERS, Audience.FOLLOWERS}
    media = [Medium.MAIL, Medium.SMS] if outside & set(audience) else []
    if set(audience) - outside:
        media.append(Medium.INBOX)
    return [TextKey(notice, medium, language) for medium in media for language in LOCALES]
