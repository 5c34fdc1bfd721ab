"""Nothing starts with a missing or guessable secret outside the demo."""

import os
import subprocess
import sys
from base64 import b64encode

import pytest

from casework.installation.environment import random_key, random_key_ring, random_secret
from config import BadSettings, Settings

GOOD = {
    "DATABASE_URL": "postgresql://app:word@db/casework",
    "SECRET_KEY": random_secret(),
    "DATA_KEYS": random_key_ring(),
    "HASH_KEY": random_key(),
}
ZEROS = b64encode(bytes(32)).decode()
FIXED_RING = "1:3q2+78r+ur4AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhc="


def test_good_settings_are_read() -> None:
    settings = Settings.from_environment({**GOOD, "PUBLIC_URL": "https://letters.example.cn/"})
    assert settings.public_url == "https://letters.example.cn"
    assert settings.trusted_hosts == ("letters.example.cn",)
    assert settings.https
    assert settings.owner_url == GOOD["DATABASE_URL"]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_every_needed_variable_is_named_when_it_is_missing(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.from_environment({**GOOD, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "x" * 64),
        ("SECRET_KEY", "please-change-me-please-change-me-1234"),
        ("DATA_KEYS", f"1:{ZEROS}"),
        ("DATA_KEYS", f"{FIXED_RING},2:{ZEROS}"),
        ("DATA_KEYS", "1:not base64"),
        ("HASH_KEY", ZEROS),
        ("HASH_KEY", FIXED_RING[2:22]),
        ("PROXY_HOPS", "-1"),
        ("DEMO", "perhaps"),
        ("PUBLIC_URL", "letters.example.cn"),
        ("SESSION_IDLE_MINUTES", "half an hour"),
    ],
)
def test_an_unsafe_value_is_refused_and_never_shown(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name) as refused:
        Settings.from_environment({**GOOD, name: value})
    assert value not in str(refused.value)


def test_secrets_do_not_show_in_the_printed_form() -> None:
    shown = repr(Settings.from_environment(GOOD))
    assert not any(value in shown for value in GOOD.values())


@pytest.mark.parametrize("command", [["serve"], ["jobs", "run"], ["migrate"]])
def test_a_command_without_secrets_ends_with_one_sentence(command: list[str]) -> None:
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": GOOD["DATABASE_URL"]}
    done = subprocess.run(
        [sys.executable, "-m", "casework", *command],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: SECRET_KEY is not set")
    assert "Traceback" not in done.stderr
