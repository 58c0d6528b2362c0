"""`python -m dashboard.queue`, in a file of its own: what a batch begins imports again what began its process."""

import sys

from dashboard.queue import main
from geodata.processes import keep_imports

if __name__ == "__main__":
    keep_imports()
    main(sys.argv[1:])
