"""The ucx backend's collectives beside the MPI library's, under the same UCX_* environment."""

import os

from peers_common import collect, print_against_mpi

TRANSPORTS = {
    "tcp": {"UCX_TLS": "tcp", "UCX_NET_DEVICES": "lo"},
    "shm": {"UCX_TLS": "posix,cma,self"},
}
# How many times as fast as MPI the collectives shall be, by the largest size of the class.
LIMITS = (4096, 65536, 1 << 20, 1 << 24)
TARGETS = {
    "tcp": {"all_reduce": (1.1, 0.95, 1.05, 1.3), "others": (1.0, 0.95, 0.95, 0.9)},
    "shm": {"all_reduce": (1.7, 1.4, 1.8, 1.7), "others": (1.3, 1.0, 0.95, 0.9)},
}


def environment_of(options):
    chosen = {key: os.environ.get(key, value)
              for key, value in TRANSPORTS[options.transport].items()}
    chosen.update(UCX_HANDLE_ERRORS="none", UCX_WARN_UNUSED_ENV_VARS="n")
    return chosen


def collectives(options):
    """MPI must not go around UCX: it may not use shared memory of its own."""
    environment = {**environment_of(options), "MPIR_CVAR_NOLOCAL": "1",
                   "PEERS_TIMING": options.timing}
    points = collect(options, options.build / "benches/peers/peer_ucx_vs_mpi", environment)
    wanted = TARGETS[options.transport]
    targets = {op: tuple(zip(LIMITS, wanted.get(op, wanted["others"]))) for op, _, _ in points}
    missed = print_against_mpi(points, targets, "ucx")
    print(f"UCX_TLS={environment['UCX_TLS']} on both sides; float32, {options.timing}.")
    return 1 if missed else 0
