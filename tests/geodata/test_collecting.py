"""How often Python looks for objects that point to each other in circles."""

import subprocess
import sys

import pytest


def test_what_a_process_begins_with_is_looked_through_no_more():
    code = "import gc, geodata.processes as p; p.keep_imports(); print(gc.get_freeze_count() > len(gc.get_objects()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize("package", ["geodata", "dashboard", "etl"])
def test_circles_are_looked_for_seldom_before_anything_large_is_imported(package):
    code = f"import gc, sys, {package}; print(gc.get_threshold()[0], 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["50000", "False"]
