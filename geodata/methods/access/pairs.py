"""The loop over pairs of points within reach, compiled; `coordinates` prepares what it reads."""

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def _bisect(values: np.ndarray, low: int, high: int, value: float) -> int:
    """First position of values[low:high], rising, that is not below `value`."""
    while low < high:
        half = (low + high) >> 1
        if values[half] < value:
            low = half + 1
        else:
            high = half
    return low


@njit(nogil=True, cache=True, error_model="numpy")
def fill_sums(
    sums: np.ndarray,
    start: int,
    to: Any,
    source: Any,
    amounts: np.ndarray,
    table: Any,
    radius: float,
    band: float,
    bands: int,
) -> int:
    """Fill `sums` for the points of `to` from row `start`; returns the number of pairs looked at."""
    squared = np.empty(np.diff(source.first).max())
    bits = squared.view(np.int64)
    cubics = table.cubics
    haversine = np.sin(radius / 2) ** 2
    pairs = 0
    for row in range(len(sums)):
        i = start + row
        x, y, z = to.xyz[0, i], to.xyz[1, i], to.xyz[2, i]
        lon, lat = to.lon[i], to.lat[i]
        parallel = max(np.sin(lat), 1e-300)
        lowest = to.zone[i] * bands + max(int((lat - radius) / band), 0)
        highest = to.zone[i] * bands + min(int((lat + radius) / band), bands - 1)
        run = _bisect(source.runs, 0, len(source.runs), lowest)
        total = 0.0
        while run < len(source.runs) and source.runs[run] <= highest:
            # Widest difference of longitude within reach in this band (haversine formula), a hair wider for rounding.
            away = max(0.0, max(source.south[run] - lat, lat - (source.south[run] + band)))
            ratio = (haversine - np.sin(away / 2) ** 2) / parallel / source.narrow[run]
            width = 2 * np.arcsin(np.sqrt(min(max(ratio, 0.0), 1.0))) * (1 + 1e-9) + 1e-12
            first, size = source.first[run], source.first[run + 1] - source.first[run]
            b = first
            for turn in range(-1, 2):  # a reach may go over the date line
                west, east = lon - width + turn * 2 * np.pi, lon + width + turn * 2 * np.pi
                if east < -np.pi or west > np.pi:
                    continue
                from_cell = (west - source.west[run]) * source.cells_a_radian[run]
                to_cell = (east - source.west[run]) * source.cells_a_radian[run] + 1
                a = max(b, source.cell_first[first + int(min(max(from_cell, 0), size))])
                b = max(a, source.cell_first[first + int(min(max(to_cell, 0), size))])
                for j in range(a, b):
                    dx, dy, dz = source.xyz[0, j] - x, source.xyz[1, j] - y, source.xyz[2, j] - z
                    squared[j - a] = min(max(dx * dx + dy * dy + dz * dz, table.low), table.high)
                for j in range(a, b):
                    s = squared[j - a]
                    k = table.interval[(bits[j - a] >> table.shift) - table.offset]
                    while s > cubics[k, 0]:
                        k += 1
                    u = s - cubics[k, 1]
                    total += amounts[j] * (cubics[k, 2] + u * (cubics[k, 3] + u * (cubics[k, 4] + u * cubics[k, 5])))
                pairs += b - a
            run += 1
        sums[row] = total
    return pairs
