"""Seal and open 2 GiB beside the `age` command, `gpg`, the bare cipher (`openssl speed`), SHA-256 and bare disk writes.

Prints ratios: how many times the speed of `age` on the same file and disk (above 1 is faster), the processor time that each took
for a GiB (which a busy machine changes little, where it changes every speed), and the load of the machine. Peak memory is that of
a process that only seals or opens. What each side does: `age` encrypts; Rogatory also hashes each original, writes a BagIt bag
with its description, and hashes the package.

    python benchmarks/seal.py [MiB]
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MIB = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 2048
ROUNDS = 3
CHILD = "--child"


def child(what: str, identity: str, source: str, target: str) -> None:
    """Seal or open, in a process of its own, and print how long it took once loaded, and its peak memory."""
    from rogatory.custody import ENTROPY, Purpose, SourceFile, open_package, recipient_of, seal
    from rogatory.moments import parse_instant
    from rogatory.node.evidence.workers import workers
    from rogatory.node.stores.steadily import SteadyFile

    path, start = Path(source), time.perf_counter()
    handle = os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with path.open("rb") as stream, SteadyFile(handle) as out, workers() as lent:
        if what == "seal":
            seal(
                [SourceFile(name="disk.img", stream=stream, size=path.stat().st_size)],
                Purpose(order="0" * 64, item="content", facts={}), recipient=recipient_of(identity),
                at=parse_instant("2026-11-24T00:00:00Z"), entropy=os.urandom(ENTROPY), out=out, workers=lent,
            )  # fmt: skip
        else:
            open_package(stream, identity, lambda _name, piece: out.write(piece), workers=lent)
    took = time.perf_counter() - start
    status = Path("/proc/self/status").read_text()
    print(took, int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) >> 10)


def processor() -> float:
    """Seconds of processor time that this process and its ended children took."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def timed(job: Callable[[], float | None]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor."""
    start, used = time.perf_counter(), processor()
    took = job()
    return (time.perf_counter() - start if took is None else took), processor() - used


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def synced(*command: str, target: Path) -> None:
    run(*command)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def write_bare(source: Path, target: Path) -> None:
    with source.open("rb") as stream, target.open("wb") as out:
        shutil.copyfileobj(stream, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def openssl_speed(what: str) -> float:
    """MiB for each second of one thread's processor time."""
    text = subprocess.run(
        ["openssl", "speed", "-evp", what, "-bytes", "65536", "-seconds", "2", "-mr"],  # found on the path
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"\+F:\d+:[^:]+:([\d.]+)", text)
    return float(found[1]) / (1 << 20) if found else float("nan")


def main() -> None:
    if CHILD in sys.argv:
        child(*sys.argv[sys.argv.index(CHILD) + 1 :])
        return
    from rogatory.custody import new_identity, recipient_of

    identity = new_identity(os.urandom(32))
    with tempfile.TemporaryDirectory(dir=os.environ.get("ROGATORY_BENCH_DIR")) as name:
        folder = Path(name)
        source, key = folder / "original", folder / "key"
        key.write_text(identity)
        with source.open("wb") as out:
            for _ in range(MIB):
                out.write(os.urandom(1 << 20))
        measure(folder, source, key, identity, recipient_of(identity))


def measure(folder: Path, source: Path, key: Path, identity: str, recipient: str) -> None:
    memory: dict[str, int] = {}

    def ours(what: str, given: Path, target: Path) -> float:
        command = [sys.executable, __file__, CHILD, what, identity, str(given), str(target)]
        took, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        memory[what] = int(peak)
        return float(took)

    package, plain, theirs = folder / "package.age", folder / "plain", folder / "theirs.age"
    jobs: dict[str, Callable[[], float | None]] = {
        "seal": lambda: ours("seal", source, package),
        "open": lambda: ours("open", package, plain),
        "bare write": lambda: write_bare(source, plain),
    }
    if shutil.which("age"):
        jobs["age seal"] = lambda: synced("age", "-r", recipient, "-o", str(theirs), str(source), target=theirs)
        jobs["age open"] = lambda: synced("age", "-d", "-i", str(key), "-o", str(plain), str(theirs), target=plain)
    if shutil.which("gpg"):
        gpg = ("gpg", "--batch", "--yes", "--homedir", str(folder), "--passphrase", "x", "--pinentry-mode", "loopback")
        sealed = folder / "theirs.gpg"
        jobs["gpg seal"] = lambda: synced(*gpg, "--compress-algo", "none", "-o", str(sealed), "-c", str(source), target=sealed)
        jobs["gpg open"] = lambda: synced(*gpg, "-o", str(plain), "-d", str(sealed), target=plain)
    times: dict[str, list[tuple[float, float]]] = {job: [] for job in jobs}
    for _ in range(ROUNDS):
        for job, work in jobs.items():
            times[job].append(timed(work))
            plain.unlink(missing_ok=True)
    speed = {job: MIB / statistics.median(wall for wall, _ in took) for job, took in times.items()}
    used = {job: min(one for _, one in took) * 1024 / MIB for job, took in times.items()}
    cipher, digest = openssl_speed("chacha20-poly1305"), openssl_speed("sha256")
    print(f"{MIB} MiB, median of {ROUNDS} interleaved rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; each includes fsync")
    print("ours is timed inside a loaded process, as a node is; its processor time includes starting Python")
    for job, rate in speed.items():
        print(f"  {job:<11} {rate:8.0f} MiB/s  {used[job]:6.2f} s of the processor for a GiB")
    print(f"limits of one thread: chacha20-poly1305 {cipher:.0f} MiB/s, SHA-256 {digest:.0f} MiB/s")
    print(f"to hash twice and encrypt a GiB takes {1024 * (2 / digest + 1 / cipher):.2f} s of the processor, without reading and writing")
    for what in ("seal", "open"):
        beside = [f"{speed[what] / speed[f'{tool} {what}']:.2f} x {tool}" for tool in ("age", "gpg") if f"{tool} {what}" in speed]
        beside += [f"{speed[what] / speed['bare write']:.2f} x bare write", f"{speed[what] / cipher:.2f} x openssl, one thread"]
        print(f"{what}: {', '.join(beside)}; peak memory {memory[what]} MiB")


if __name__ == "__main__":
    main()
