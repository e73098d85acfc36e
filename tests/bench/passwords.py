"""What checking a password costs: hashes per second, memory while a hundred wait in one process, its strength.

tests/bench/signins.py measures the same through the server.

.venv/bin/python -m tests.bench.passwords
"""

import resource
import statistics
import threading
import time

from wizard.services.passwords import Busy, check, hash_password, verify

PASSWORD = "jeudi-tarte-velo-lampe"
PEOPLE = 100
ROUNDS = 5


def main() -> None:
    hashed = hash_password(PASSWORD)
    print(f"mémoire au repos : {megabytes()} Mio")
    served, refused, waits = 0, 0, []

    def sign_in() -> None:
        nonlocal served, refused
        start = time.perf_counter()
        try:
            verify(hashed, PASSWORD)
            served += 1
            waits.append(time.perf_counter() - start)
        except Busy:
            refused += 1

    start = time.perf_counter()
    for _ in range(ROUNDS):
        threads = [threading.Thread(target=sign_in) for _ in range(PEOPLE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    took = time.perf_counter() - start
    print(f"{PEOPLE} mots de passe vérifiés à la fois, {ROUNDS} fois : {served} servies, {refused} priées de revenir")
    print(f"{served / took:.0f} hachages par seconde, attente médiane {statistics.median(waits):.2f} s")
    print(f"mémoire au plus haut : {megabytes()} Mio")
    check(PASSWORD, ())
    start = time.perf_counter()
    for _ in range(100):
        check(PASSWORD, ("Marie", "Durand", "Oudon"))
    print(f"force d'un mot de passe : {10 * (time.perf_counter() - start):.1f} ms, mémoire {megabytes()} Mio")


def megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
