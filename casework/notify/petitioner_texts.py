"""What petitioners are told: for each notice a subject, a line, and what to do."""

from collections.abc import Mapping

from casework.workflow.notices import Notice

TO_PETITIONERS: Mapping[Notice, Mapping[str, tuple[str, str, str]]] = {
    Notice.RECEIPT: {
        "zh_CN": (
            "已收到您的信访件 {number}",
            "您的信访件{number}已收到，{promised}前答复。",
            "请妥善保管编号和查询码，凭二者可随时查看办理进度。",
        ),
        "en": (
            "We have your letter {number}",
            "We have your letter {number}. You have an answer by {promised}.",
            "Keep the number and the access code: with them you see at any time where it stands.",
        ),
    },
    Notice.DISPATCHED: {
        "zh_CN": (
            "信访件 {number} 已转办",
            "您的信访件{number}已转{unit}办理，{promised}前答复。",
            "您无需再做什么。如承办单位需要补充材料，会再通知您。",
        ),
        "en": (
            "Your letter {number} is with the department",
            "Your letter {number} is with {unit}. You have an answer by {promised}.",
            "You need not do anything. If the department needs to know more, you are told.",
        ),
    },
    Notice.DECLINED: {
        "zh_CN": (
            "信访件 {number} 不予受理",
            "您的信访件{number}不予受理，请上网或拨打{hotline}查看理由。",
            "理由和其他办理途径请凭编号和查询码查看。",
        ),
        "en": (
            "Your letter {number} was not accepted",
            "Your letter {number} was not accepted. Read why online or call {hotline}.",
            "The reason, and where else you can turn, stand on the page of your case.",
        ),
    },
    Notice.MERGED: {
        "zh_CN": (
            "信访件 {number} 已并案办理",
            "您的信访件{number}已与同一事项的来信并案办理，编号不变。",
            "办结后您同样会收到答复，仍凭原编号和查询码查看。",
        ),
        "en": (
            "Your letter {number} was joined with another one",
            "Your letter {number} was joined with another one about the same matter.",
            "You get the answer as well. Your number and access code stay as they are.",
        ),
    },
    Notice.QUESTION: {
        "zh_CN": (
            "信访件 {number} 需要您补充材料",
            "您的信访件{number}需要补充情况，请上网回答或拨打{hotline}。",
            "承办单位有问题需要您回答。等待期间办理期限暂停计算。",
        ),
        "en": (
            "We have a question about your letter {number}",
            "We have a question about your letter {number}. Please answer it online or call "
            "{hotline}.",
            "The department cannot go on without your answer. Until then the time limit stands "
            "still.",
        ),
    },
    Notice.REPLY: {
        "zh_CN": (
            "信访件 {number} 已有答复",
            "您的信访件{number}已有答复，请凭查询码查看并评价。",
            "看过答复后，请告诉我们问题是否得到解决。",
        ),
        "en": (
            "There is an answer to your letter {number}",
            "There is an answer to your letter {number}. Please read it and tell us whether it "
            "helped.",
            "If it did not help, you can say so on the same page, and the office looks at it "
            "again.",
        ),
    },
    Notice.PUBLISHED: {
        "zh_CN": (
            "信访件 {number} 已公开",
            "经您同意，信访件{number}及答复已公开，个人信息均已隐去。",
            "您可以随时凭编号和查询码撤回同意，或者拨打热线。",
        ),
        "en": (
            "Your letter {number} was published",
            "As you agreed, your letter {number} and the answer were published without anything "
            "that shows who you are.",
            "You can take your consent back at any time with number and access code, or by a call.",
        ),
    },
    Notice.CONTACT_CODE: {
        "zh_CN": (
            "信访件 {number} 联系方式验证码",
            "信访件{number}：变更联系方式的验证码是{confirm}，15分钟内有效，请勿告诉他人。",
            "如果不是您本人申请，请忽略此信息，联系方式不会改变。",
        ),
        "en": (
            "Confirmation number for a new contact of letter {number}",
            "Letter {number}: the number to confirm the new contact is {confirm}, for 15 minutes.",
            "If you did not ask for it, ignore this: nothing changes then.",
        ),
    },
    Notice.CONTACT_CHANGED: {
        "zh_CN": (
            "信访件 {number} 联系方式已变更",
            "信访件{number}的联系方式已变更，不再使用本号码。如非本人操作，请拨打{hotline}。",
            "此后的通知将发往新的联系方式。",
        ),
        "en": (
            "The contact of letter {number} was changed",
            "The contact of letter {number} was changed. If it was not you, call {hotline}.",
            "News goes to the new contact from now on.",
        ),
    },
    Notice.ERASURE_GRANTED: {
        "zh_CN": (
            "信访件 {number} 删除申请已同意",
            "您申请删除信访件{number}的信息，信访办已同意，将于次日后删除。",
            "删除后，信件内容和联系方式不再保存，也无法恢复。",
        ),
        "en": (
            "The erasure of letter {number} is granted",
            "What is held about letter {number} is erased after a day, as you asked.",
            "Words and contact are then gone and cannot be brought back.",
        ),
    },
    Notice.ERASURE_REFUSED: {
        "zh_CN": (
            "信访件 {number} 删除申请未获同意",
            "您申请删除信访件{number}的信息，暂不能同意，请上网或拨打{hotline}查看理由。",
            "理由请凭编号和查询码查看。",
        ),
        "en": (
            "The erasure of letter {number} is refused",
            "Letter {number} is not erased. Read why online, or call {hotline}.",
            "The reason stands on the page of your case.",
        ),
    },
    Notice.LOST_CODE: {
        "zh_CN": (
            "找回信访件 {number} 的查询码",
            "您正在找回信访件{number}的查询码，验证码{confirm}，15分钟内有效。",
            "如果不是您本人操作，请不必理会，也不要把验证码告诉任何人。",
        ),
        "en": (
            "A new access code for your letter {number}",
            "{confirm} is your number to get a new access code for {number}, for 15 minutes.",
            "If you did not ask for it, you need do nothing. Tell this number to nobody.",
        ),
    },
    Notice.REDO: {
        "zh_CN": (
            "信访件 {number} 重新办理",
            "您的信访件{number}将由{unit}重新办理，{promised}前答复。",
            "感谢您的反馈。此前的答复仍可查看。",
        ),
        "en": (
            "Your letter {number} is looked at again",
            "Your letter {number} is looked at again by {unit}. You have an answer by {promised}.",
            "Thank you for telling us. The earlier answer can still be read.",
        ),
    },
    Notice.REDO_REFUSED: {
        "zh_CN": (
            "关于信访件 {number} 的重办请求",
            "关于您的信访件{number}的重办请求已有决定，请上网或拨打{hotline}查看。",
            "决定和理由请凭编号和查询码查看。您还可以在规定期限内申请复查。",
        ),
        "en": (
            "Your wish to have letter {number} done again",
            "There is a decision about having letter {number} done again. Read it online.",
            "The decision and its reason stand there. You can also ask for a review in time.",
        ),
    },
    Notice.EXTENSION_GRANTED: {
        "zh_CN": (
            "信访件 {number} 延期答复",
            "您的信访件{number}延期办理，{promised}前答复，原因请上网查看。",
            "延期原因：{reason}",
        ),
        "en": (
            "Your letter {number} takes longer",
            "Your letter {number} takes longer: you have an answer by {promised}. Read why online.",
            "The reason: {reason}",
        ),
    },
}
"""For a petitioner: the subject, the one line, and what more a mail says."""
