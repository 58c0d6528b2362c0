"""What an administrator does in a browser: give files, build, compare, publish, go back; roles, journal, queue.

Each thing is a command of `etl` or a function of the accounts: the command line does the same by the same means.
"""
