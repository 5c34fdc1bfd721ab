"""The empty form on paper, for whoever writes by hand; the office enters what is handed in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from casework.services.submission import MOST_DELEGATES
from casework.web.blueprints.home import bp as bp
from casework.web.forms.letters import LetterForm
from casework.web.outside import address_of
from casework.web.pictures import qr_code
from casework.web.rules import rules
from casework.workflow.words import KINDS

LINES_OF_LETTER = 15


@bp.get("/letters/paper")
def paper() -> ResponseReturnValue:
    """Show the form to be printed; its words are those of the form on the screen."""
    address = address_of("petitioner.write")
    return render_template(
        "petitioner/paper.html",
        form=LetterForm(formdata=None),
        kinds=KINDS,
        lines_of_letter=LINES_OF_LETTER,
        most=MOST_DELEGATES,
        address=address,
        picture=qr_code(address),
        district=rules().settings,
    )
