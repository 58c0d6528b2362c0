"""Tests of the squares of population."""
