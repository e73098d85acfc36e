"""What the child denies itself before it reads anything: files, network, memory, time."""

import os
import resource

MEMORY = 512 * 1024 * 1024
PROCESSOR = 10

_LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: PROCESSOR,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,  # what crashes the child is not written down either
    resource.RLIMIT_NOFILE: 0,  # opens neither file nor socket: it has its two pipes
}


def confine() -> None:
    """Lower what this process may ever use; whoever waits for a page of the portal goes a little before it."""
    os.nice(3)
    for limit, most in _LIMITS.items():
        resource.setrlimit(limit, (most, most))
