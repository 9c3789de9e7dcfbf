#!/usr/bin/python3
"""Writes decision_reference.txt beside this file: what SciPy says about tests and corrections.

Run by hand after a change (Debian: python3-scipy); the tests read only decision_reference.txt.
Every line is a word and numbers in Python's shortest exact form, counts before lists:
  mann_whitney exact u p  n first...  m second...     scipy.stats.mannwhitneyu
  sign above below p  n values...                     scipy.stats.binomtest
  bca low high observed  n jackknife...  m resamples... scipy.stats.bootstrap of the mean, BCa
  percentile low high  m resamples...                 the same, by percentiles
  holm n p... adjusted...                             from the definition
  bh n p... adjusted...                               from the definition
  normal p z / student t degrees p                    scipy.stats.norm.ppf, t.cdf (t.ppf is
                                                      good for seven digits only)
  flips side pairs series values... p... adjusted...  every flip by numpy; side 0: both, 1: upper
  split least at energy  n values...                  every split by numpy, from the definition
"""
import itertools
import pathlib

import numpy
from scipy import stats

NILE = [  # the Nile's yearly flow at Aswan, 1871-1970 (Cobb, Biometrika 65, 1978)
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
    799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833,
    701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845,
    864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649,
    846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815,
    1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740]


def holm(p):
    order = numpy.argsort(p, kind="stable")
    adjusted = numpy.empty(len(p))
    for place, index in enumerate(order):
        adjusted[index] = max(min(1, (len(p) - k) * p[order[k]]) for k in range(place + 1))
    return adjusted


def benjamini_hochberg(p):
    order = numpy.argsort(p, kind="stable")
    adjusted = numpy.empty(len(p))
    for place, index in enumerate(order):
        adjusted[index] = min(min(1, p[order[k]] * len(p) / (k + 1))
                              for k in range(place, len(p)))
    return adjusted


def sign_flips(differences, upper):
    """Westfall and Young's step-down by its definition: all flips, all sets of series left."""
    scale = numpy.sqrt((differences ** 2).sum(axis=0))
    scaled = differences / numpy.where(scale > 0, scale, 1)
    value = (lambda sums: sums) if upper else numpy.abs
    observed = value(scaled.sum(axis=0))
    signs = numpy.array(list(itertools.product([1, -1], repeat=len(differences))))
    flipped = value(signs @ scaled)
    alone = (flipped >= observed - 1e-9).mean(axis=0)
    order = numpy.argsort(-observed, kind="stable")
    adjusted = numpy.empty(len(observed))
    least = 0
    for place, index in enumerate(order):
        greatest = flipped[:, order[place:]].max(axis=1)
        least = max(least, (greatest >= observed[index] - 1e-9).mean())
        adjusted[index] = least
    return alone, adjusted


def split(values, least):
    values = numpy.array(values, dtype=float)
    distances = numpy.abs(values[:, None] - values[None, :])
    best = (0, 0.0)
    for at in range(least, len(values) - least + 1):
        n, m = at, len(values) - at
        between = distances[:at, at:].mean()
        within = [part.sum() / (len(part) * (len(part) - 1))
                  for part in (distances[:at, :at], distances[at:, at:])]
        energy = n * m / (n + m) * (2 * between - sum(within))
        if best[0] == 0 or energy > best[1] + 1e-12:
            best = (at, energy)
    return best


def main():
    random = numpy.random.default_rng(20250101)
    lines = []

    def say(word, *fields):
        flat = [word]
        for field in fields:
            flat += [repr(float(f)) for f in numpy.atleast_1d(field).ravel()]
        lines.append(" ".join(flat).replace(".0 ", " "))

    for n, m, digits in ((4, 5, 9), (8, 40, 9), (12, 12, 9), (30, 25, 9), (9, 10, 1), (6, 6, 0),
                         (1, 9, 9), (20, 3, 9)):
        first = numpy.round(random.normal(0.4, 1, n), digits)
        second = numpy.round(random.normal(0, 1, m), digits)
        tied = len(numpy.unique(numpy.concatenate([first, second]))) < n + m
        found = stats.mannwhitneyu(first, second, alternative="two-sided")
        say("mann_whitney", int(min(n, m) <= 8 and not tied), found.statistic, found.pvalue,
            n, first, m, second)
    for n, shift in ((5, 1), (12, 0.6), (40, 0.2), (7, 9), (300, 0.1)):
        values = numpy.round(random.normal(shift, 1, n), 1)
        above, below = int((values > 0).sum()), int((values < 0).sum())
        say("sign", above, below, stats.binomtest(above, above + below).pvalue, n, values)
    for n in (6, 12, 25):
        values = random.gamma(2, 3, n)
        jackknife = [float(numpy.delete(values, i).mean()) for i in range(n)]
        for method in ("BCa", "percentile"):
            found = stats.bootstrap((values,), numpy.mean, n_resamples=199, method=method,
                                    random_state=n)
            low, high = found.confidence_interval
            resamples = found.bootstrap_distribution
            if method == "BCa":
                say("bca", low, high, values.mean(), n, jackknife, len(resamples), resamples)
            else:
                say("percentile", low, high, len(resamples), resamples)
    for n in (1, 2, 10, 30):
        p = numpy.round(random.random(n) ** 3, 2)  # rounded: with ties
        say("holm", n, p, holm(p))
        say("bh", n, p, benjamini_hochberg(p))
    for p in (1e-9, 0.001, 0.025, 0.3, 0.5, 0.8, 0.95, 0.975, 0.9999):
        say("normal", p, stats.norm.ppf(p))
        for degrees in (1, 2, 7.5, 9, 30, 1000):
            t = round(stats.t.ppf(p, degrees), 6)
            say("student", t, degrees, stats.t.cdf(t, degrees))
    for pairs, series, shift in ((3, 2, 0), (6, 5, 1), (8, 20, 0), (10, 8, 1.5), (7, 1, 0.3)):
        common = random.standard_t(2, (pairs, 1))
        values = common * 0.5 + random.standard_t(3, (pairs, series))
        values[:, 0] += shift
        if series == 20:
            values[:, 3] = 0
        for upper in (False, True):
            say("flips", int(upper), pairs, series, values, *sign_flips(values, upper))
    for least, values in ((3, NILE), (2, random.normal(0, 1, 12)), (5, NILE[:30]),
                          (3, numpy.concatenate([random.normal(0, 1, 20),
                                                 random.normal(0, 5, 20)]))):
        say("split", least, *split(values, least), len(values), values)
    path = pathlib.Path(__file__).with_name("decision_reference.txt")
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
