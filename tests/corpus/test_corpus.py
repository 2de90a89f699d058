"""What must be right in a corpus of real mails and reply texts, where there is
one; see score.py, which prints more."""

import unittest

import score

# What is wanted and not reached yet; today's figure, a hair less. The goal is
# the one that score.py states: once it is reached, the line here goes.
REACHED = {
    # The reports do name these three, in other places or in another form than
    # the gold has them.
    "mail": {"recipients invented": 3},
    "texts": {},
}


class Corpus(unittest.TestCase):
    """A test for each figure is added below."""

    figures = {}

    @classmethod
    def setUpClass(cls):
        corpus = score.corpus_directory()
        if corpus is None:
            raise unittest.SkipTest("no corpus beside the project's directory,"
                                    " and BOUNCECAUSE_CORPUS names none")
        command = score.Command(score.build_directory())
        for what, measure in score.MEASURES.items():
            cls.figures[what] = measure(command, corpus)
            print("\n".join(cls.figures[what].lines()), flush=True)

    def explain(self, what, figure):
        """What was answered wrongly, when that is the trouble."""
        return f"{what}, {figure}:\n" + "\n".join(self.figures[what].wrong)

    def at_least(self, what, figure, least):
        reached = self.figures[what].percent(figure)
        # A small corpus may have nothing to say about it.
        if reached is not None:
            self.assertGreaterEqual(reached, least,
                                    self.explain(what, figure))

    def at_most(self, what, figure, most):
        self.assertLessEqual(self.figures[what].counts[figure], most,
                             self.explain(what, figure))


def add(what, figure, check, bound):
    bound = REACHED[what].get(figure, bound)
    name = f"test_{what}_{figure}".replace(" ", "_")
    setattr(Corpus, name.replace(",", "").replace("-", ""),
            lambda self: check(self, what, figure, bound))


for each, goals in score.GOALS.items():
    for wanted, bound in goals.items():
        add(each, wanted, Corpus.at_least, bound)
for each, limits in score.LIMITS.items():
    for wanted, bound in limits.items():
        add(each, wanted, Corpus.at_most, bound)

if __name__ == "__main__":
    unittest.main()
