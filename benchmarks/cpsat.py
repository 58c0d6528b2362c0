"""Covering by CP-SAT (OR-tools): `python -m benchmarks.cpsat CASE.npz`, which tells each better answer as a line of
JSON. A process of its own, since OR-tools and highspy cannot be imported together."""

import json
import sys
import time

import numpy as np
from ortools.sat.python import cp_model


class AnswerPrinter(cp_model.CpSolverSolutionCallback):
    """Tells the people of each better answer, and the processor seconds until then."""

    def on_solution_callback(self) -> None:
        tell(self.objective_value)


def tell(people: float) -> None:
    print(json.dumps({"value": people, "seconds": time.process_time()}), flush=True)


def solve(people: np.ndarray, area: np.ndarray, site: np.ndarray, teams: int, capacity: int) -> None:
    """Most people accompanied, whole ones; `area` and `site` are the pairs within reach. No capacity: 0."""
    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in people]
    by_area, by_site = [[] for _ in people], [[] for _ in people]
    if capacity:
        taken = [model.new_int_var(0, int(min(people[a], capacity)), "") for a in area]
        for variable, a, s in zip(taken, area, site, strict=True):
            by_area[a].append(variable)
            by_site[s].append(variable)
        for a, variables in enumerate(by_area):
            model.add(sum(variables) <= int(people[a]))
        for s, variables in enumerate(by_site):
            model.add(sum(variables) <= int(capacity) * opened[s])
        model.maximize(sum(taken))
    else:
        reached = [model.new_bool_var("") for _ in people]
        for a, s in zip(area, site, strict=True):
            by_area[a].append(opened[s])
        for a, sites in enumerate(by_area):
            model.add(sum(sites) >= reached[a])
        model.maximize(sum(int(count) * variable for count, variable in zip(people, reached, strict=True)))
    model.add(sum(opened) <= teams)
    tell(0.0)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.solve(model, AnswerPrinter())
    tell(solver.objective_value)


if __name__ == "__main__":
    case = np.load(sys.argv[1])
    whole = np.floor(case["people"]).astype(int)
    solve(whole, case["area"], case["site"], int(case["teams"]), int(case["capacity"]))
