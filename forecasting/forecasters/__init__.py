"""Forecasters of daily energy: pure functions on arrays, no Django.

One contract: `predict(history, weekday) -> quantiles`, many series at once, and **NaN means it cannot tell**.

history : (n, 56) energy of the last 56 local days, oldest first, NaN = no complete day. [Wh]
weekday : (n,) weekday of the first day to forecast, 0 = Monday.
returns : (n, 7, 7) energy of the next 7 days (axis 1) at QUANTILES (axis 2). [Wh]
"""
