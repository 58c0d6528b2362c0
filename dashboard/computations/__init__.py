"""What takes longer than a page waits: asked for by a page, computed by a process of the queue, which draws no page."""
