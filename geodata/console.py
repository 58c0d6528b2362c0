"""The console of a command: what it cannot show is shown otherwise, and stops nothing."""

import sys


def show_what_it_can() -> None:
    """Show `?` in place of a sign that the console does not have: a report must not be lost for an apostrophe."""
    for stream in (sys.stdout, sys.stderr):
        # What stands for the console in another program may have no encoding.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
