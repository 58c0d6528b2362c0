"""Need against existing services, for one territory or for all of a level: `responses` and `need_table`; by group of
squares inside one: `squares_in`.

A family is judged on its categories that count as a response to isolation; a pathway on the functions that any of its
categories serve. A commune is asked from a point on its surface. Above it, people are added up: a territory has what at
least half of its residents have, and no average of minutes is ever made. What the agency corrects changes the result.
"""

from geodata.need.reach import FAMILIES
from geodata.need.squares import Squares, squares_in
from geodata.need.table import need_table
from geodata.need.territory import responses

__all__ = ["FAMILIES", "Squares", "need_table", "responses", "squares_in"]
