"""Become another user, ask to die with the parent, then become the program that was asked for.

Run as a program of its own, with the standard library only: a function between fork and exec is
unsafe in a process that has threads, and this file may lie where the other user cannot read it,
so everything is loaded before the user changes.

    python tether.py SIGNAL PARENT UID GID PROGRAM ARGUMENT...
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
KEEP = -1


def main(arguments: list[str]) -> None:
    signal, parent, uid, gid = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if uid != KEEP:
        os.setgroups([gid])
        os.setgid(gid)
        os.setuid(uid)
    if prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl refused the parent-death signal")
    if os.getppid() != parent:
        sys.exit("The parent ended before its child began.")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
