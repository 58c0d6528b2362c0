"""The version of the code, said once: the build writes it, pages and files repeat it."""

VERSION = "0.1.0"
