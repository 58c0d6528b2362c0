"""Every measurement of docs/benchmarks.md, one after the other: `python -m benchmarks --db FILE.gpkg --data DIR`."""

import argparse

from benchmarks import access, briefing, build, load, names, need, screen, smallarea, walks


def main(arguments: list[str] | None = None) -> None:
    """Run them all; each prints Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    parser.add_argument("--data", default="var/data")
    options = parser.parse_args(arguments)
    build.main(["--data", options.data])
    screen.main(["--db", options.db])
    load.main(["--db", options.db])
    walks.main(["--db", options.db])
    smallarea.main(["--db", options.db])
    access.main(["--db", options.db])
    briefing.main(["--db", options.db])
    need.main(["--db", options.db])
    names.main()


if __name__ == "__main__":
    main()
