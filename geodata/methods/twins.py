"""Twin territories: those most alike, so that a territory is compared with its peers and not with the country."""

import numpy as np
from scipy.spatial import cKDTree

from geodata.errors import BadInput

TENFOLD = 10.0
"""Areas whose sizes differ by this ratio or more are no peers, whatever their composition."""


def twins(
    features: np.ndarray, classes: np.ndarray, count: int = 10, size: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The `count` nearest of each area: those of its own class first, then by standardised features.

    `features` (areas, features) are put on one scale by their standard deviation over all areas; `classes` (areas,) are
    density classes or any labels. Returns positions and Euclidean distances, (areas, count) each, the nearest first.
    Areas of other classes come after all those of the own class, and only where it has too few. With `size` (areas,),
    areas ten times larger or smaller are left out: an area that lacks twins has -1 in their place, at distance NaN.

    Raises `BadInput` for features that are not finite, or when there are not more than `count` areas.
    """
    features, classes = np.asarray(features, dtype=float), np.asarray(classes)
    problems = []
    if not np.isfinite(features).all():
        rows = np.flatnonzero(~np.isfinite(features).all(axis=1))
        problems.append(f"features of areas {', '.join(map(str, rows[:10]))} are not finite")
    if len(features) <= count:
        problems.append(f"{count} twins are asked for among {len(features)} areas: ask for fewer than the areas")
    if problems:
        raise BadInput("Twins cannot be found:\n- " + "\n- ".join(problems))
    sd = features.std(axis=0)
    scaled = (features / np.where(sd > 0, sd, 1))[:, sd > 0]
    if size is not None:
        return _of_a_size(scaled, classes, count, np.log(np.maximum(np.asarray(size, dtype=float), 1.0)))
    return _by_class(scaled, classes, count)


def _of_a_size(scaled, classes, count, log_size):
    position = np.full((len(scaled), count), -1)
    distance = np.full((len(scaled), count), np.nan)
    # Most areas find enough peers among three times as many.
    near, how_far = _by_class(scaled, classes, min(3 * count, len(scaled) - 1))
    for i in range(len(scaled)):
        found, apart = near[i], how_far[i]
        alike = np.abs(log_size[found] - log_size[i]) < np.log(TENFOLD)
        if alike.sum() < count and len(scaled) - 1 > len(found):
            found = np.flatnonzero(np.abs(log_size - log_size[i]) < np.log(TENFOLD))
            found = found[found != i]
            apart = np.linalg.norm(scaled[found] - scaled[i], axis=1)
            order = np.lexsort((apart, classes[found] != classes[i]))
            found, apart, alike = found[order], apart[order], np.ones(len(found), dtype=bool)
        found, apart = found[alike][:count], apart[alike][:count]
        position[i, : len(found)], distance[i, : len(found)] = found, apart
    return position, distance


def _by_class(scaled, classes, count):
    position = np.empty((len(scaled), count), dtype=int)
    distance = np.empty((len(scaled), count))
    for label in np.unique(classes):
        own, others = np.flatnonzero(classes == label), np.flatnonzero(classes != label)
        inside = min(count, len(own) - 1)
        position[own, :inside], distance[own, :inside] = _nearest(scaled, own, own, inside)
        if inside < count:
            position[own, inside:], distance[own, inside:] = _nearest(scaled, own, others, count - inside)
    return position, distance


def _nearest(points, of, among, count):
    """Positions and distances of the `count` nearest `among` of each point `of`, never the point itself."""
    if count == 0:
        return np.empty((len(of), 0), dtype=int), np.empty((len(of), 0))
    # One more, so that an area that finds itself still has its number of twins.
    asked = min(count + 1, len(among))
    distance, found = cKDTree(points[among]).query(points[of], k=np.arange(1, asked + 1))
    found = among[found]
    is_self = found == of[:, None]
    # Stable: the others keep their order, oneself goes last.
    order = np.argsort(is_self, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(distance, order, axis=1)
