#!/usr/bin/python3
"""Writes reference.txt beside this file: what NumPy and SciPy say about fixed inputs.

Run by hand after a change (Debian: python3-scipy); the tests read only reference.txt. Every line is
a word and numbers in Python's shortest exact form:
  series NAME n values...     the input that the lines below refer to
  quantile NAME q value       numpy.quantile, the default method
  kendall NAME tau p          scipy.stats.kendalltau(index, values, method="asymptotic")
  outliers NAME mild severe   beyond 1.5 (not 3) and beyond 3 interquartile ranges, by NumPy
  gmean NAME value            scipy.stats.gmean
  dip NAME value              from its definition, as linear programs (scipy.optimize.linprog)
  median_ranks n low high     places from 0, from scipy.stats.binom.cdf; -1 -1 for none
"""
import pathlib

import numpy
from scipy import optimize, stats


def dip(values):
    """min over unimodal G of sup |F - G|: G convex before a mode at a sample and concave after it,
    with a jump allowed at the mode; one linear program for each place of the mode."""
    at, counts = numpy.unique(values, return_counts=True)
    n = len(at)
    upto = numpy.cumsum(counts) / len(values)
    below = upto - counts / len(values)
    best = numpy.inf
    for mode in range(n):
        # Unknowns: g[0..n-1] (from the left at the mode), g[n] (from the right at the mode), d.
        rows, limits = [], []

        def at_most(coefficients, limit):
            row = numpy.zeros(n + 2)
            for place, coefficient in coefficients:
                row[place] += coefficient
            rows.append(row)
            limits.append(limit)

        def close(place, level):
            at_most([(place, 1), (n + 1, -1)], level)
            at_most([(place, -1), (n + 1, -1)], -level)

        for i in range(n):
            close(i, below[i])
            close(n if i == mode else i, upto[i])
        at_most([(mode, 1), (n, -1)], 0)
        for side, sign in ((list(range(mode + 1)), 1), ([*range(mode, n)], -1)):
            unknown = [n if sign < 0 and i == mode else i for i in side]
            for a, b in zip(range(len(side)), range(1, len(side))):
                at_most([(unknown[a], 1), (unknown[b], -1)], 0)
            for k in range(len(side) - 2):
                w1 = 1 / (at[side[k + 1]] - at[side[k]])
                w2 = 1 / (at[side[k + 2]] - at[side[k + 1]])
                # Slopes rise (convex) or fall (concave).
                at_most([(unknown[k + 1], sign * (w1 + w2)), (unknown[k], -sign * w1),
                         (unknown[k + 2], -sign * w2)], 0)
        cost = numpy.zeros(n + 2)
        cost[-1] = 1
        solved = optimize.linprog(cost, A_ub=numpy.array(rows), b_ub=limits, bounds=(0, None),
                                  method="highs",
                                  options={"primal_feasibility_tolerance": 1e-10,
                                           "dual_feasibility_tolerance": 1e-10})
        best = min(best, solved.fun)
    return best


def median_ranks(n, confidence=0.95):
    low = int(stats.binom.ppf((1 - confidence) / 2, n, 0.5))
    while low >= 0 and stats.binom.cdf(low, n, 0.5) > (1 - confidence) / 2:
        low -= 1
    return (low, n - 1 - low) if low >= 0 else (-1, -1)


def series(random):
    yield "one", [3.25]
    yield "two", [2.0, 1.0]
    yield "six", [5.0, 1.0, 4.0, 2.0, 6.0, 3.0]
    yield "latency", list(20 * numpy.exp(0.3 * random.standard_normal(257)))
    yield "ticks", list(numpy.round(random.gamma(3, 2, 200), 0) + 1)
    yield "rising", list(numpy.arange(120) * 0.01 + 10 + random.standard_normal(120) * 0.2)
    yield "outliers", list(random.standard_normal(300) + 10) + [15.0, 14.0, 40.0, 1.0]


def small_series(random):
    yield "d_uniform", list(random.random(12))
    yield "d_normal", list(random.standard_normal(20))
    yield "d_humps", list(random.standard_normal(10)) + list(random.standard_normal(10) + 9)
    yield "d_skewed", list(random.exponential(1, 25))
    yield "d_thirds", list(random.random(8)) + list(random.random(8) + 3) + \
        list(random.random(8) + 6)
    for i in range(20):
        yield f"d_random{i}", list(random.random(5 + i) ** (1 + i % 3))


def main():
    random = numpy.random.default_rng(20240607)
    lines = []

    def say(word, *fields):
        lines.append(" ".join([word, *(f if isinstance(f, str) else repr(f) for f in fields)]))

    for name, values in series(random):
        values = [float(v) for v in values]
        say("series", name, len(values), *values)
        for q in (0.0, 0.01, 0.05, 0.25, 1 / 3, 0.5, 0.75, 0.95, 0.99, 0.999, 1.0):
            say("quantile", name, q, float(numpy.quantile(values, q)))
        say("gmean", name, float(stats.gmean(values)))
        if len(values) > 2:
            tau, p = stats.kendalltau(range(len(values)), values, method="asymptotic")
            say("kendall", name, float(tau), float(p))
        p25, p75 = numpy.quantile(values, [0.25, 0.75])
        array = numpy.array(values)

        def beyond(factor):
            fence = factor * (p75 - p25)
            return int(((array < p25 - fence) | (array > p75 + fence)).sum())

        say("outliers", name, beyond(1.5) - beyond(3), beyond(3))
    for name, values in small_series(random):
        values = [float(v) for v in values]
        say("series", name, len(values), *values)
        say("dip", name, float(dip(values)))
    for n in [*range(1, 301), 999, 1000, 4096, 10000, 99999, 1000000, 12345678]:
        say("median_ranks", n, *median_ranks(n))
    pathlib.Path(__file__).with_name("reference.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
