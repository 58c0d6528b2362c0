"""What the house rules promise, read from the code itself."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PACKAGES = ("etl", "geodata", "dashboard")
MODULES = [path for package in PACKAGES for path in sorted((PROJECT / package).rglob("*.py"))]


@cache
def sources() -> dict[Path, str]:
    return {path.relative_to(PROJECT): path.read_text(encoding="utf-8") for path in MODULES}


@cache
def trees() -> dict[Path, ast.Module]:
    """By one worker, when it is asked: two seconds of processor."""
    return {path: ast.parse(text) for path, text in sources().items()}


def places(positions) -> list[str]:
    """`path:line` of what was found, for a message that a person can follow."""
    return [f"{path}:{line}" for path, line in positions]


def test_there_is_something_to_read():
    assert Path("etl/build.py") in sources()
    assert Path("geodata/schema.py") in sources()


def test_every_module_says_what_it_is_for():
    silent = [path for path, tree in trees().items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_every_public_function_and_class_is_described():
    silent = [
        (path, node.lineno)
        for path, tree in trees().items()
        if path.parts[0] in ("etl", "geodata")
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert places(silent) == []


def test_no_settings_are_made_at_import():
    """Settings are built in the two entry points and passed down."""
    made = [
        (path, node.lineno)
        for path, tree in trees().items()
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call)
        if re.search(r"Settings\b|\bfrom_env\b", ast.unparse(node.value.func))
    ]
    assert places(made) == []


def test_nothing_is_filled_or_coerced_without_saying_why():
    """A comment or docstring on the line or just above it says why zero, or missing, is the truth there."""
    silent = []
    for path, text in sources().items():
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if re.search(r"""fillna\(\s*0(\.0)?\s*\)|errors\s*=\s*["']coerce["']""", line):
                above = lines[number - 1].strip() if number else ""
                if "#" not in line and not above.startswith("#") and not above.endswith('"""'):
                    silent.append((path, number + 1))
    assert places(silent) == []


def test_nobody_catches_everything():
    """Errors are named; `Exception` is caught at the edges only, where a person is told."""
    caught = [
        (path, node.lineno)
        for path, tree in trees().items()
        if path.parts[0] in ("etl", "geodata")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert places(caught) == []


def test_no_global_random_state():
    """Generators are passed; `np.random.seed`, `np.random.normal` ... and the module `random` are not used."""
    used = [
        (path, number)
        for path, text in sources().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(r"np\.random\.(?!Generator|default_rng|Philox|SeedSequence|BitGenerator)\w+", line)
        or re.match(r"\s*(import random\b|from random import)", line)
    ]
    assert places(used) == []


def test_nothing_is_printed_below_the_entry_points():
    printed = [
        (path, node.lineno)
        for path, tree in trees().items()
        if path.name != "__main__.py"
        for statement in tree.body
        if not (isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]
    assert places(printed) == []


def test_every_error_of_the_product_has_an_exit_code_and_a_builtin():
    from geodata import errors

    classes = [value for value in vars(errors).values() if getattr(value, "__module__", "") == errors.__name__]
    for error in set(classes) - {errors.GeodataError}:
        assert issubclass(error, errors.GeodataError)
        assert error.exit_code in (2, 3, 4, 5)
        assert any(issubclass(error, b) for b in (ValueError, LookupError, OSError, ArithmeticError, RuntimeError)), (
            error
        )


@pytest.mark.parametrize("name", ["utils", "common", "helpers", "misc"])
def test_there_is_no_drawer_for_everything(name):
    assert not [path for path in sources() if path.stem == name or name in path.parts]
