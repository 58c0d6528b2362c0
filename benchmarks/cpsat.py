"""Capacitated maximal covering by CP-SAT (OR-tools): `python -m benchmarks.cpsat CASE.npz`, which prints the people
accompanied. A process of its own, since OR-tools and highspy cannot be imported together."""

import sys

import numpy as np
from ortools.sat.python import cp_model


def most(people: np.ndarray, area: np.ndarray, site: np.ndarray, teams: int, capacity: int, seconds: float) -> float:
    """People accompanied, whole ones; `area` and `site` are the pairs within reach."""
    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in people]
    taken = [model.new_int_var(0, int(min(people[a], capacity)), "") for a in area]
    by_area, by_site = [[] for _ in people], [[] for _ in people]
    for variable, a, s in zip(taken, area, site, strict=True):
        by_area[a].append(variable)
        by_site[s].append(variable)
    for a, variables in enumerate(by_area):
        model.add(sum(variables) <= int(people[a]))
    for s, variables in enumerate(by_site):
        model.add(sum(variables) <= int(capacity) * opened[s])
    model.add(sum(opened) <= teams)
    model.maximize(sum(taken))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    return solver.objective_value if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else 0.0


if __name__ == "__main__":
    case = np.load(sys.argv[1])
    whole = np.floor(case["people"]).astype(int)
    print(most(whole, case["area"], case["site"], int(case["teams"]), int(case["capacity"]), float(case["seconds"])))
