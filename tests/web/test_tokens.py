"""The colours: readable in light and dark, and apart from each other for colour-blind people."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

TEXT = Path(settings.BASE_DIR, "static/css/tokens.css").read_text()
BLOCKS = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", TEXT, flags=re.S))
THEMES = {
    theme: dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
    for theme in ("light", "dark")
    for selector, body in BLOCKS
    if f'"{theme}"' in selector
}
# Machado, Oliveira and Fernandes (2009), full severity.
BLIND = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.maximum(xyz / [0.9505, 1.0, 1.089], 1e-6))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"),
        ("ink", "surface"),
        ("ink-soft", "paper"),
        ("ink-soft", "surface-sunk"),
        ("ink-faint", "surface"),
        ("ink-faint", "paper"),
        ("accent", "surface"),
        ("accent", "paper"),
        ("accent-strong", "accent-wash"),
        ("on-accent", "accent"),
        ("rail-ink", "rail"),
        ("rail-ink-strong", "rail-active"),
        ("high", "high-wash"),
        ("medium", "medium-wash"),
        ("low", "low-wash"),
        ("good", "good-wash"),
        ("good", "surface"),
        ("medium", "surface"),
        ("surface", "high"),
        ("chart-axis", "surface"),
    ],
)
def test_words_can_be_read(theme, ink, ground):
    assert contrast(THEMES[theme][ink], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ["consumption", "export", "production", "anomaly", "mean", "naive"])
def test_marks_of_charts_can_be_seen(theme, role):
    assert contrast(THEMES[theme][f"chart-{role}"], THEMES[theme]["surface"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", BLIND)
def test_roles_that_meet_in_a_chart_look_different_to_the_colour_blind(theme, sight):
    seen = {
        role: lab(np.clip(np.array(BLIND[sight]) @ linear(THEMES[theme][f"chart-{role}"]), 0, 1))
        for role in ("consumption", "production", "anomaly", "band")
    }
    assert min(np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(seen, 2)) >= 15


def test_both_themes_have_every_colour():
    assert set(THEMES["light"]) == set(THEMES["dark"])
