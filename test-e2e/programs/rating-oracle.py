"""Prices calls a second time, by Python's decimal and zoneinfo and one increment at a time.

Reads one JSON object a line, {"tariff": ..., "call": ...} as POST /api/v1/rating/quote takes them, and writes the cost,
the billed seconds and the error of each. It was written from the words of the specification, not from the engine.
"""

import json
import sys
from datetime import datetime, timezone
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, getcontext
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

getcontext().prec = 60
MODES = {'up': ROUND_UP, 'down': ROUND_DOWN, 'half_up': ROUND_HALF_UP, 'half_even': ROUND_HALF_EVEN}


@lru_cache(maxsize=None)
def zone_of(name):
    return ZoneInfo(name)


@lru_cache(maxsize=200_000)
def wall_clock(zone, minute):
    local = datetime.fromtimestamp(minute * 60, timezone.utc).astimezone(zone_of(zone))
    return local.isoweekday(), local.month, local.day, local.strftime('%H:%M')


def instant(text, zone):
    moment = datetime.fromisoformat(text.replace('Z', '+00:00'))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_of(zone))
    return int(moment.timestamp())


def holds(row, zone, second):
    weekday, month, day, clock = wall_clock(zone, second // 60)
    if row.get('days') and weekday not in row['days']:
        return False
    if row.get('months') and month not in row['months']:
        return False
    if row.get('month_days') and day not in row['month_days']:
        return False
    start, end = row.get('from_time', '00:00'), row.get('to_time', '24:00')
    if start == end:
        return True
    return start <= clock < end if start < end else clock >= start or clock < end


def row_at(minutes, rows, zone, start, elapsed):
    """`minutes` keeps which rows hold in which minute: nothing begins inside one."""
    second = start + elapsed
    holding = minutes.get(second // 60)
    if holding is None:
        holding = [row for row in rows if holds(row, zone, second)]
        weight = max((row.get('weight', 0) for row in holding), default=0)
        holding = [row for row in holding if row.get('weight', 0) == weight]
        holding.sort(key=lambda row: row.get('from_interval_s', 0), reverse=True)
        minutes[second // 60] = holding
    for row in holding:
        if row.get('from_interval_s', 0) <= elapsed:
            return row
    return None


def rounded(amount, mode, digits):
    """`none` keeps the eight digits that are stored."""
    if mode == 'none':
        mode, digits = 'half_up', 8
    # A fraction that does not end is decided by what is left, not by sixty digits of it.
    scaled = amount * 10**digits
    whole = abs(scaled.numerator) // scaled.denominator
    rest = abs(scaled) - whole
    tail = Decimal('0') if rest == 0 else Decimal('0.5') if rest == Fraction(1, 2) else Decimal('0.25' if rest < Fraction(1, 2) else '0.75')
    size = (Decimal(whole) + tail).quantize(Decimal(1), rounding=MODES[mode])
    return (size if scaled >= 0 else -size).scaleb(-digits)


def quote(tariff, call):
    zone = tariff.get('zone', 'UTC')
    start = instant(call['start'], zone)
    seconds = call['duration_s']
    number = call['destination'].lstrip('+')
    if seconds == 0 or seconds <= tariff.get('grace_s', 0):
        return Decimal(0), 0, None
    valid = [
        row
        for row in tariff['bands']
        if number.startswith(row['prefix'])
        and ('valid_from' not in row or instant(row['valid_from'], zone) <= start)
        and ('valid_to' not in row or start < instant(row['valid_to'], zone))
    ]
    if not valid:
        return None, 0, 'no_rate'
    longest = max(len(row['prefix']) for row in valid)
    rows = [row for row in valid if len(row['prefix']) == longest]
    seconds = max(0, seconds - tariff.get('free_s', 0))
    seconds = max(seconds, tariff.get('min_s', 0))
    minutes = {}
    first = row_at(minutes, rows, zone, start, 0)
    if first is None:
        return None, 0, 'no_rate'
    elapsed, cost, left, included = 0, Fraction(0), call.get('bundle_seconds_left', 0), 0
    prices = {}
    while elapsed < seconds:
        row = row_at(minutes, rows, zone, start, elapsed)
        if row is None:
            return None, 0, 'no_rate'
        if left > 0:
            left -= row['increment_s']
            included += row['increment_s']
        else:
            # Equal increments are added up in the end: a sum of fractions is slow, and the same.
            prices[id(row)] = (row, prices.get(id(row), (row, 0))[1] + 1)
        elapsed += row['increment_s']
    for row, count in prices.values():
        cost += Fraction(row['price_per_unit']) * row['increment_s'] * count / row['unit_s']
    if not (elapsed > 0 and included == elapsed):
        cost += Fraction(first.get('connect_fee', tariff['connect_fee']))
    if 'max_cost' in tariff:
        cost = min(cost, Fraction(tariff['max_cost']))
    if 'min_cost' in tariff:
        cost = max(cost, Fraction(tariff['min_cost']))
    return rounded(cost, first['rounding'], first['decimals']), elapsed, None


for line in sys.stdin:
    question = json.loads(line)
    cost, billed, error = quote(question['tariff'], question['call'])
    print(json.dumps({'cost': None if cost is None else format(cost, 'f'), 'billed_s': billed, 'error': error}))
