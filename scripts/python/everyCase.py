"""The loop over the cases that a script of TypeScript wrote: each is a folder with case.json."""

import json
import os


def check_every_case(folder, checks_of, title):
    """Runs every check of every case, and returns the exit code.

    @param checks_of returns the checks of a case, given its folder and what case.json says: pairs of a name and a function that
        returns the faults
    """
    failed = total = 0
    for name in sorted(os.listdir(folder)):
        inside = os.path.join(folder, name)
        with open(os.path.join(inside, "case.json"), encoding="utf8") as file:
            case = json.load(file)
        for part, check in checks_of(inside, case):
            total += 1
            print(f"{name}{part}", flush=True)
            try:
                faults = check()
            except (Exception, SystemExit) as error:  # Every case is tried.
                faults = [f"{type(error).__name__}: {str(error)[:400]}"]
            if faults:
                failed += 1
                print(f"FAILED {name}{part}: {'; '.join(faults[:4])}", flush=True)
    print(f"{total - failed} passed, {failed} failed ({title})")
    return 1 if failed > 0 or total == 0 else 0
