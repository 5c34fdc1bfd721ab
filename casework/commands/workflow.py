"""``casework workflow``: the table of steps, drawn for people."""

from pathlib import Path

import click

from casework.workflow.drawing import document

PAGE = Path(__file__).parents[2] / "docs" / "workflow.md"


@click.group()
def command() -> None:
    """The steps that a case can take: draw them."""


@command.command()
@click.option(
    "--to",
    "page",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default=PAGE,
    help="The file to write; docs/workflow.md without it.",
)
def draw(page: Path) -> None:
    """Write the page that shows every step, with a diagram, in Chinese and English."""
    page.write_text(document(), encoding="utf-8")
    click.echo(f"Written: {page}")
