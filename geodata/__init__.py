"""What the words of a build mean, and questions to it."""

import gc

# Objects that point to each other in circles are few. Looked for at every 700 new ones, as Python does, they take a
# fifth of the processor of a start.
gc.set_threshold(50_000, 10, 10)
