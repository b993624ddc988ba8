"""What varies from run to run is taken out, quickly; all else stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookengine.normalise import clean, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("10%\r50%\r100%\ndone\r\n", "100%\ndone\r\n"),
        ("1/2\x08\x08\x082/2 done", "2/2 done"),
        ("<object at 0x7f12ab34cd56>", "<object at 0x…>"),
        ("2/2 - 3s 12ms/step - loss: 0.5", "2/2 - - loss: 0.5"),
        ("open /tmp/book-ab12_xyz/work/model.keras", "open ./model.keras"),
        ("in '/scratch/me/book-ab12_xyz/work'", "in '.'"),
        ("half \ud800", "half ?"),
        ("loss 3.25 in 12 s, 0xff, /tmp/mine, 5ms", "loss 3.25 in 12 s, 0xff, /tmp/mine, 5ms"),
    ],
)
def test_what_varies_goes(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize("piece", ["x", " ", "\x08", "\r", "/a", "9", "/tmp/", "(/"])
def test_long_lines_cost_no_time(piece: str) -> None:
    text = piece * 100_000
    started = time.monotonic()
    normalise(text)
    assert time.monotonic() - started < 2


@given(st.text(alphabet="abc 19.,:\n\t/()[]-é"))
def test_plain_words_and_numbers_stay(text: str) -> None:
    assert normalise(text) == text
    assert clean({"output_type": "stream", "name": "stdout", "text": text})["text"] == text


def test_pictures_stay() -> None:
    data = {"image/svg+xml": "0x123456789", "text/html": "0x123456789"}
    assert clean({"output_type": "display_data", "data": data})["data"] == {"image/svg+xml": "0x123456789", "text/html": "0x…"}
