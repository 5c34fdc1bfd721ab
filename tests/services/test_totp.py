"""One-time codes: the known values of RFC 6238, a narrow window, and a step to remember."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from casework.services.totp import matching_step, new_seed, provisioning_uri

RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"


def instant(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert matching_step(RFC_SEED, code, instant(seconds)) == seconds // 30


@pytest.mark.parametrize(
    ("later", "found"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_telephones_clock_may_be_half_a_minute_wrong(later, found):
    step = matching_step(RFC_SEED, "005924", instant(1234567890 + later))
    assert (step == 1234567890 // 30) is found
    assert (step is None) is not found


@pytest.mark.parametrize("typed", ["005 924", " 005924\n", "００５９２４"])
def test_a_code_may_be_typed_with_spaces_and_in_full_width(typed):
    assert matching_step(RFC_SEED, typed, instant(1234567890)) is not None


@pytest.mark.parametrize("typed", ["", "5924", "0059240", "張三", "\ud800", "-05924"])
def test_anything_else_is_no_code(typed):
    assert matching_step(RFC_SEED, typed, instant(1234567890)) is None


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        matching_step(RFC_SEED, "005924", datetime(2026, 11, 23))  # noqa: DTZ001 - the point


def test_seeds_are_new_each_time_and_an_app_can_read_them():
    seeds = {new_seed() for _ in range(50)}
    assert len(seeds) == 50
    assert all(len(seed) == 32 for seed in seeds)
    uri = urlsplit(provisioning_uri(RFC_SEED, account="zhang.wei", issuer="天河区信访"))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query)["secret"] == [RFC_SEED]
    assert parse_qs(uri.query)["issuer"] == ["天河区信访"]
