"""What samples say, and how sure that is."""

import math
import statistics

# Of Student's distribution: what 95 % lie within, by degrees of freedom.
STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
           2.131, 2.120, 2.110, 2.101, 2.093, 2.086]


def median_band(samples):
    """The median, and the order statistics that hold it with at least 95 %: of fewer than six samples
    there are none. No assumption about how they are distributed."""
    ascending = sorted(samples)
    count = len(ascending)
    below = 0.0  # the chance that no more than `rank` samples are below the median
    rank = -1
    while below + math.comb(count, rank + 1) / 2**count <= 0.025:
        rank += 1
        below += math.comb(count, rank) / 2**count
    middle = statistics.median(ascending)
    return (middle, None, None) if rank < 0 else (middle, ascending[rank], ascending[count - 1 - rank])


def told(samples, unit):
    """As a result has it."""
    middle, low, high = median_band(samples)
    return {"median": middle, "low": low, "high": high, "least": min(samples), "most": max(samples),
            "samples": len(samples), "unit": unit}


def exponent(points):
    """The power by which y grows with x: the slope of a straight line through the logarithms, by least
    squares, and how far it may be off (95 %, Student's); nothing of the latter for two points."""
    xs = [math.log(x) for x, _ in points]
    ys = [math.log(y) for _, y in points]
    count = len(points)
    mean_x = statistics.fmean(xs)
    mean_y = statistics.fmean(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / spread
    intercept = mean_y - slope * mean_x
    off = None
    if count > 2:
        rest = sum((y - intercept - slope * x) ** 2 for x, y in zip(xs, ys))
        student = STUDENT[min(count - 2, len(STUDENT)) - 1]
        off = student * math.sqrt(rest / (count - 2) / spread)
    return {"exponent": slope, "plus_minus": off, "factor": math.exp(intercept)}
