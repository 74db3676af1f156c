"""What the comparisons share: one run measured by the kernel, and a table between its marks."""

import os
import subprocess
import sys
import tempfile
import time


def measure(command, accepted):
    """Wall seconds, CPU seconds and peak megabytes of one run."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            errors.seek(0)
            said = errors.read().decode(errors="replace")[-2000:]
            sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{said}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def write_down(table, path, mark):
    """Puts the table between its marks."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(mark[0])
    _, after = rest.split(mark[1])
    path.write_text(f"{before}{mark[0]}\n{table}\n{mark[1]}{after}", encoding="utf-8")
