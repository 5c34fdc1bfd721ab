"""Addresses of styles, scripts and images: their names change when their content does."""

import json
from pathlib import Path

from flask import Flask, url_for

MANIFEST = Path(__file__).parent / "static" / "build" / "manifest.json"


def init_app(app: Flask) -> None:
    """Read the list of built files once; without a build the plain names are used."""
    names: dict[str, str] = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}

    def asset(name: str) -> str:
        return url_for("static", filename=f"build/{names.get(name, name)}")

    app.jinja_env.globals["asset"] = asset
