"""Energy from registers: what a fall, a zero and a gap mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.register import CONTEXT, derive, trusted


def derived(*register: float, step: int = 900):
    energy = derive(step * np.arange(len(register), dtype=np.int64), np.array(register, dtype=float))
    return list(zip((energy.t // step).tolist(), energy.wh.tolist(), strict=True))


def test_energy_belongs_to_the_interval_that_starts_at_the_register_before():
    assert derived(100, 110, 130) == [(0, 10.0), (1, 20.0)]


def test_a_lone_zero_is_a_glitch():
    assert derived(100, 0, 110, 115) == [(0, 10.0), (2, 5.0)]


def test_a_row_of_zeros_is_a_glitch_when_the_register_goes_on():
    assert derived(100, 0, 0, 0, 110) == [(0, 10.0)]


def test_a_lone_dip_is_a_glitch():
    assert derived(100, 37, 110, 115) == [(0, 10.0), (2, 5.0)]


def test_a_lone_spike_is_a_glitch():
    assert derived(100, 9_000_000, 110, 115) == [(0, 10.0), (2, 5.0)]


def test_a_fall_is_held_until_the_next_reading():
    assert derived(100, 110, 3) == [(0, 10.0)]


def test_a_confirmed_fall_is_a_reset_and_counts_from_its_own_first_value():
    assert derived(100, 110, 3, 8, 20) == [(0, 10.0), (2, 5.0), (3, 12.0)]


def test_a_reset_to_zero_is_confirmed_by_lower_registers():
    assert derived(100, 110, 0, 0, 8, 12) == [(0, 10.0), (2, 0.0), (3, 8.0), (4, 4.0)]


def test_zeros_wait_for_a_reading_that_judges_them():
    assert derived(100, 110, 0, 0, 8) == [(0, 10.0)]


def test_zeros_before_a_glitch_are_no_new_start():
    assert derived(100, 110, 0, 8, 120, 125) == [(0, 10.0), (1, 10.0), (4, 5.0)]


def test_a_jittering_register_gives_no_energy_and_loses_none():
    assert derived(100.0, 99.9, 100.0, 99.9, 101.0) == [(0, 0.0), (2, 1.0)]


def test_a_new_meter_starts_at_zero():
    assert derived(0, 0, 120, 250) == [(0, 0.0), (1, 120.0), (2, 130.0)]


def test_a_first_zero_before_a_large_register_is_no_energy():
    assert derived(0, 5_000_000, 5_000_100, 5_000_250) == [(1, 100.0), (2, 150.0)]


def test_energy_after_an_outage_stays_in_one_interval_and_is_flagged():
    seconds = np.array([0, 900, 1800, 9000, 9900])
    energy = derive(seconds, np.array([0.0, 10.0, 20.0, 100.0, 110.0]), expected_s=900)
    assert energy.wh.tolist() == [10.0, 10.0, 80.0, 10.0]
    assert energy.recovered.tolist() == [False, False, True, False]


@pytest.mark.parametrize("register", [[], [5.0], [0.0]])
def test_too_few_registers_give_no_energy(register):
    assert derived(*register) == []


registers = st.lists(
    st.one_of(st.just(0.0), st.integers(1, 50).map(float), st.integers(10**6, 10**6 + 50).map(float)),
    max_size=40,
)


@given(registers)
def test_energy_is_never_negative(register):
    assert all(wh >= 0 for _, wh in derived(*register))


@given(registers, st.integers(0, 40), st.integers(0, 40))
def test_a_window_with_its_context_derives_what_the_whole_history_does(register, one, other):
    low, high = sorted((one, other))
    whole = [(t, wh) for t, wh in derived(*register) if low <= t < high]
    solid = np.flatnonzero(np.array(register))
    below, above = solid[solid < low], solid[solid >= high]
    first = int(below[-CONTEXT]) if len(below) >= CONTEXT else 0
    last = int(above[CONTEXT - 1]) + 1 if len(above) >= CONTEXT else len(register)
    window = [(t + first, wh) for t, wh in derived(*register[first:last])]
    assert [(t, wh) for t, wh in window if low <= t < high] == whole


@given(registers)
def test_at_most_one_reading_between_two_trusted_ones_is_dropped_besides_zeros(register):
    value = np.array(register, dtype=float)
    dropped = ~trusted(value)[value != 0]
    assert not np.any(dropped[1:] & dropped[:-1])
