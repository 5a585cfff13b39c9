"""`siaga demo`: January 2024 on simulated platforms, at speed."""

from typing import Annotated

import typer

from siaga.domain.errors import BadInput


def demo(
    unattended: Annotated[
        bool,
        typer.Option("--unattended", help="Full speed, no browser; exit 0 if all went as it should."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Unattended: every change and event, as JSON Lines.")
    ] = False,
    minutes: Annotated[float, typer.Option(help="How long the story takes.", min=1.0, max=60.0)] = 3.0,
    port: Annotated[int, typer.Option(help="The pages' port; 0 for any.", min=0, max=65535)] = 8024,
    browser: Annotated[bool, typer.Option(help="Open the pages in the browser.")] = True,
) -> None:
    """Play January 2024 on simulated platforms: a name goes missing on X, and Siaga proves it in minutes."""
    from siaga.cli.playing import play, play_unattended  # noqa: PLC0415 - every room

    try:
        if unattended:
            raise typer.Exit(0 if play_unattended(as_json) else 1)
        play(minutes, port, browser)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
