"""What is wrong with the book, told one line each with file and line, all at once at the end."""


class Problems:
    """Collects complaints. Nothing is drawn or written as if it were right once there is one."""

    def __init__(self):
        self.lines = []

    def add(self, where, what):
        self.lines.append(f"{where}: error: {what}")

    def __bool__(self):
        return bool(self.lines)
