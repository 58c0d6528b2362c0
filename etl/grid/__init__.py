"""Squares of population under the commune: who lives where, and what they reach. Isolation stays with the commune."""
