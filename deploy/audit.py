"""Look for known weaknesses of what is installed (`make audit`), and say so when they cannot be looked up.

Exit codes: 0 none known, 1 some are known, 4 nothing could be looked up (no network): that is not the same as none.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

FOUND, OUT_OF_REACH = 1, 4


def main(command: Sequence[str]) -> int:
    """Run pip-audit as `command` and tell what it found."""
    done = subprocess.run([*command, "--format", "json", "--progress-spinner", "off"], capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"not audited: the database of weaknesses is out of reach ({last[:300]})", file=sys.stderr)
        return OUT_OF_REACH
    looked_up = [one for one in packages if "vulns" in one]
    weak = [one for one in looked_up if one["vulns"]]
    for one in weak:
        for known in one["vulns"]:
            mended = ", ".join(known["fix_versions"]) or "no version mends it"
            print(f"{one['name']} {one['version']}: {known['id']} ({mended})")
    unknown = len(packages) - len(looked_up)
    if not looked_up:
        print(
            f"not audited: none of {unknown} packages could be looked up, the database is out of reach", file=sys.stderr
        )
        return OUT_OF_REACH
    print(f"{len(looked_up)} packages looked up, {len(weak)} with a known weakness, {unknown} could not be looked up.")
    return FOUND if weak or done.returncode not in (0, 1) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
