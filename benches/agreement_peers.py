"""The same work by Python's packages; what is not installed is left out. Run by `cargo bench --bench agreement`."""
import random
import time


def timed(what, work):
    begun = time.perf_counter()
    work()
    print(f"{what:60} {(time.perf_counter() - begun) * 1000:10.1f} ms", flush=True)


def tracks(n_documents, n_coders=10):
    """One code, a tenth of the text marked: coder x code point, yes or no."""
    import numpy as np

    rng = np.random.default_rng(1)
    marks = np.zeros((n_coders, n_documents * 20_000), dtype=np.int8)
    for document in range(n_documents):
        for _ in range(5):
            start = document * 20_000 + int(rng.integers(0, 19_700))
            for coder in range(n_coders):
                shift = int(rng.integers(0, 20))
                marks[coder, start + shift : start + shift + 150] = 1
    return marks


def main():
    try:
        import krippendorff

        marks = tracks(100)
        timed(
            "krippendorff: alpha of ONE code, 10 coders x 100 documents",
            lambda: krippendorff.alpha(reliability_data=marks, level_of_measurement="nominal"),
        )
        whole = tracks(1000)
        timed(
            "krippendorff: alpha of ONE code, 10 coders x 1,000 documents",
            lambda: krippendorff.alpha(reliability_data=whole, level_of_measurement="nominal"),
        )
        del whole, marks
    except ImportError:
        pass
    rng = random.Random(2)
    first = [rng.randrange(5) for _ in range(1_000_000)]
    second = [value if rng.random() < 0.66 else rng.randrange(5) for value in first]
    try:
        from sklearn.metrics import cohen_kappa_score

        timed("scikit-learn: kappa, 2 coders x 1,000,000 units", lambda: cohen_kappa_score(first, second))
    except ImportError:
        pass
    try:
        from nltk.metrics.agreement import AnnotationTask

        rows = [("a", str(i), str(v)) for i, v in enumerate(first[:20_000])]
        rows += [("b", str(i), str(v)) for i, v in enumerate(second[:20_000])]
        timed("nltk: kappa and alpha, 2 coders x 20,000 units", lambda: (AnnotationTask(rows).kappa(), AnnotationTask(rows).alpha()))
    except ImportError:
        pass
    try:
        from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum
        from pyannote.core import Segment

        continuum = Continuum()
        for _ in range(100):
            start, code = rng.randrange(19_000), rng.randrange(5)
            for coder in ("a", "b"):
                at = start + rng.randrange(40)
                continuum.add(coder, Segment(at, at + 50 + rng.randrange(200)), str(code))
        dissimilarity = CombinedCategoricalDissimilarity(alpha=1, beta=1, delta_empty=1)
        timed(
            "pygamma-agreement: gamma of 30 samples, 2 coders x 100 units",
            lambda: continuum.compute_gamma(dissimilarity, n_samples=30),
        )
    except ImportError:
        pass


main()
