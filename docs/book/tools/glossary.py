"""The glossary: a list of terms in order, each with its meaning. Made ready by the renderer like a chapter."""
import tree


class Glossary:
    """Owns the tree of glossary.md. Complaints go to `problems`."""

    page = "glossary.html"

    def __init__(self, path, problems):
        self.problems = problems
        self.labels = {}
        self.scenario = None
        self.document = tree.read(path.read_text())
        lists = [block for block in self.blocks if block["t"] == "DefinitionList"]
        terms = [tree.words(term) for block in lists for term, _ in block["c"]]
        if len(lists) != 1:
            self.wrong(f"there are {len(lists)} lists of terms, not one")
        for before, after in zip(terms, terms[1:]):
            if before.lower() >= after.lower():
                self.wrong(f"'{after}' stands behind '{before}'")

    @property
    def blocks(self):
        return self.document["blocks"]

    def wrong(self, what):
        self.problems.add("docs/book/glossary.md", what)
