"""The words of the notices to those who follow a matter of somebody else, as they stand at first.

They know no case number: their link leads to their own page, where they can also leave.
"""

from collections.abc import Mapping

from casework.workflow.notices import Notice

TO_FOLLOWERS: Mapping[Notice, Mapping[str, tuple[str, str, str]]] = {
    Notice.FOLLOW_CONFIRM: {
        "zh_CN": (
            "确认关注事项",
            "您正在关注一件群众反映的事项，验证码{confirm}，30分钟内有效。",
            "如果不是您本人操作，请不必理会，我们不会再给您发送消息。",
        ),
        "en": (
            "Confirm that you follow a matter",
            "{confirm} is your number to follow a matter that others wrote about, for 30 minutes.",
            "If you did not ask for it, you need do nothing. You get no further message.",
        ),
    },
    Notice.FOLLOWED_ANSWERED: {
        "zh_CN": (
            "您关注的事项已有答复",
            "您关注的事项已由{unit}答复：{link}",
            "答复公开后我们再通知您，您可以阅读全文。",
        ),
        "en": (
            "The matter that you follow was answered",
            "The matter that you follow was answered by {unit}: {link}",
            "If the answer is published, we tell you, and you can read all of it.",
        ),
    },
    Notice.FOLLOWED_PUBLISHED: {
        "zh_CN": (
            "您关注的事项答复已公开",
            "您关注的事项，答复已经公开：{link}",
            "这是关于此事的最后一次通知，您的联系方式将在30日后删除。",
        ),
        "en": (
            "The answer to the matter that you follow is published",
            "The answer to the matter that you follow is published: {link}",
            "This is the last message about it. Your contact is deleted after 30 days.",
        ),
    },
    Notice.FOLLOWED_CLOSED: {
        "zh_CN": (
            "您关注的事项已终止办理",
            "您关注的事项已终止办理，没有答复。如仍有此问题，请写信或拨打{hotline}。",
            "这是关于此事的最后一次通知，您的联系方式将在30日后删除。",
        ),
        "en": (
            "The matter that you follow has ended",
            "The matter that you follow has ended without an answer. If you still have the "
            "problem, write or call {hotline}.",
            "This is the last message about it. Your contact is deleted after 30 days.",
        ),
    },
}
"""By notice and language: the subject of a mail, the line of both, and what a mail says more."""

FOLLOWER_ENDS: Mapping[str, tuple[str, str]] = {
    "zh_CN": (
        "您好！\n\n",
        "\n\n在以下网址可查看该事项，也可以取消关注：\n{link}\n\n咨询电话：{hotline}\n{district}\n\n"
        "本邮件由系统自动发出，请勿直接回复。",
    ),
    "en": (
        "Hello,\n\n",
        "\n\nRead where it stands, or stop following it:\n{link}\n\nQuestions? Call {hotline}.\n"
        "{district}\n\nThis mail was sent by a machine. Please do not answer it.",
    ),
}
