"""Any producer's file as one text frame: recognised by what it holds, decoded, its numbers, points and hours read."""
