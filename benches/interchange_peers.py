"""The same files by Python's packages; what is not installed is left out. Run by `cargo bench --bench interchange`."""
import pathlib
import sys
import time


def timed(what, work):
    times = []
    made = None
    for _ in range(3):
        begun = time.perf_counter()
        made = work()
        times.append((time.perf_counter() - begun) * 1000)
    print(f"| {what} | {sorted(times)[1]:.0f} |", flush=True)
    return made


def cassis(folder):
    try:
        import cassis
    except ImportError:
        return
    with open(folder / "TypeSystem.xml", "rb") as file:
        types = cassis.load_typesystem(file)
    files = sorted(folder.glob("*.xmi"))

    def read():
        return [cassis.load_cas_from_xmi(path.open("rb"), typesystem=types) for path in files]

    all = timed(f"dkpro-cassis, {len(files)} XMI in", read)
    timed("dkpro-cassis, XMI out", lambda: [cas.to_xmi() for cas in all])


def openpyxl(folder):
    try:
        import openpyxl
    except ImportError:
        return

    def read():
        book = openpyxl.load_workbook(folder / "a.xlsx", read_only=True)
        return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]

    def write():
        book = openpyxl.Workbook(write_only=True)
        for rows in sheets:
            sheet = book.create_sheet()
            for row in rows:
                sheet.append(row)
        book.save(folder / "b.xlsx")

    sheets = timed("openpyxl, XLSX in", read)
    timed("openpyxl, XLSX out", write)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    cassis(folder)
    openpyxl(folder)
