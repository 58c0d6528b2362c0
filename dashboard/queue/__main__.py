"""`python -m dashboard.queue`, in a file of its own: what a batch begins imports again what began its process."""

import sys

from dashboard.queue import main

if __name__ == "__main__":
    main(sys.argv[1:])
