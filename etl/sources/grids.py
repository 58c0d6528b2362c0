"""The readers of grids of population, the finest first: a commune keeps the squares of the first that holds it."""

from etl.sources import geostat_grid, insee_squares

GRIDS = (insee_squares, geostat_grid)
