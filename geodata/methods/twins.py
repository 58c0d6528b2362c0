"""Twin territories: those most alike, so that a territory is compared with its peers and not with the country."""

import numpy as np
from scipy.spatial import cKDTree

from geodata.errors import BadInput

TENFOLD = 10.0
"""Areas whose sizes differ by this ratio or more are no peers, whatever their composition."""

CHANCE = 2.0
"""Mean square by which two areas taken at random differ in a standardised feature: what an unknown one counts for."""


def twins(
    features: np.ndarray, classes: np.ndarray, count: int = 10, size: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The `count` nearest of each area: those of its own class first, then by standardised features.

    `features` (areas, features), NaN where not known, are put on one scale by their standard deviation over all areas;
    `classes` (areas,) are density classes or any labels. A feature that is not known of both areas counts for `CHANCE`:
    unknown is never alike. Returns positions and Euclidean distances, (areas, count) each, the nearest first. Areas of
    other classes come after all those of the own class, and only where it has too few. With `size` (areas,) only peers
    are left: not ten times larger or smaller, and nearer than two areas taken at random. An area that lacks twins has
    -1 in their place, at distance NaN.

    Raises `BadInput` for features that are infinite, or when there are not more than `count` areas.
    """
    features, classes = np.asarray(features, dtype=float), np.asarray(classes)
    problems = []
    if np.isinf(features).any():
        rows = np.flatnonzero(np.isinf(features).any(axis=1))
        problems.append(f"features of areas {', '.join(map(str, rows[:10]))} are infinite")
    if len(features) <= count:
        problems.append(f"{count} twins are asked for among {len(features)} areas: ask for fewer than the areas")
    if problems:
        raise BadInput("Twins cannot be found:\n- " + "\n- ".join(problems))
    features = features[:, np.isfinite(features).any(axis=0)]
    sd = np.nanstd(features, axis=0)
    scaled = (features / np.where(sd > 0, sd, 1))[:, sd > 0]
    if size is not None:
        return _peers(scaled, classes, count, np.log(np.maximum(np.asarray(size, dtype=float), 1.0)))
    return _by_class(scaled, classes, count)


def _peers(scaled: np.ndarray, classes: np.ndarray, count: int, log_size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    position = np.full((len(scaled), count), -1)
    distance = np.full((len(scaled), count), np.nan)
    limit = np.sqrt(CHANCE * scaled.shape[1])
    # Most areas find enough peers among three times as many.
    near, how_far = _by_class(scaled, classes, min(3 * count, len(scaled) - 1))
    for i in range(len(scaled)):
        candidates, apart = near[i], how_far[i]
        is_peer = _of_a_size(log_size, candidates, i) & (apart < limit)
        if is_peer.sum() < count and len(scaled) - 1 > len(candidates):
            candidates = np.flatnonzero(_of_a_size(log_size, np.arange(len(scaled)), i))
            candidates = candidates[candidates != i]
            square = (scaled[candidates] - scaled[i]) ** 2
            apart = np.sqrt(np.where(np.isnan(square), CHANCE, square).sum(axis=1))
            order = np.lexsort((apart, classes[candidates] != classes[i]))
            candidates, apart = candidates[order], apart[order]
            is_peer = apart < limit
        candidates, apart = candidates[is_peer][:count], apart[is_peer][:count]
        position[i, : len(candidates)], distance[i, : len(candidates)] = candidates, apart
    return position, distance


def _of_a_size(log_size: np.ndarray, candidates: np.ndarray, i: int) -> np.ndarray:
    return np.abs(log_size[candidates] - log_size[i]) < np.log(TENFOLD)


def _by_class(scaled: np.ndarray, classes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    position = np.empty((len(scaled), count), dtype=int)
    distance = np.empty((len(scaled), count))
    for label in np.unique(classes):
        own, others = np.flatnonzero(classes == label), np.flatnonzero(classes != label)
        inside = min(count, len(own) - 1)
        position[own, :inside], distance[own, :inside] = _nearest(scaled, own, own, inside)
        if inside < count:
            position[own, inside:], distance[own, inside:] = _nearest(scaled, own, others, count - inside)
    return position, distance


def _nearest(points: np.ndarray, of: np.ndarray, among: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions and distances of the `count` nearest `among` of each point `of`, never the point itself."""
    position, distance = np.empty((len(of), count), dtype=int), np.empty((len(of), count))
    if count == 0:
        return position, distance
    # Areas of which the same features are known lie in one space: a search in each, and the nearest of all.
    groups = [among[rows] for rows in _rows_by_features(points[among])]
    for rows in _rows_by_features(points[of]):
        queried = of[rows]
        nearest = [_in_one_space(points, queried, group, count) for group in groups]
        neighbours, squares = (np.hstack(parts) for parts in zip(*nearest, strict=True))
        # Stable: the others keep their order, oneself goes last.
        squares = np.where(neighbours == queried[:, None], np.inf, squares)
        order = np.argsort(squares, axis=1, kind="stable")[:, :count]
        position[rows] = np.take_along_axis(neighbours, order, axis=1)
        distance[rows] = np.sqrt(np.take_along_axis(squares, order, axis=1))
    return position, distance


def _rows_by_features(points: np.ndarray) -> list[np.ndarray]:
    """Rows of `points` by which of their features are known."""
    which = np.unique(np.isfinite(points), axis=0, return_inverse=True)[1].ravel()
    return [np.flatnonzero(which == label) for label in np.unique(which)]


def _in_one_space(points: np.ndarray, of: np.ndarray, among: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours and squared distances; what is known of `of` and of `among` is the same on every row of each."""
    both = np.isfinite(points[of[0]]) & np.isfinite(points[among[0]])
    # One more, so that an area that finds itself still has its number of twins.
    wanted = np.arange(1, min(count + 1, len(among)) + 1)
    tree = cKDTree(points[among][:, both] if both.any() else np.zeros((len(among), 1)))
    distance, neighbours = tree.query(points[of][:, both] if both.any() else np.zeros((len(of), 1)), k=wanted)
    return among[neighbours], distance**2 + CHANCE * (~both).sum()
