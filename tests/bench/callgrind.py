"""Instructions that jobs of the program `measure` take, counted by callgrind:
they do not depend on how busy the machine is."""

import re
import shutil
import subprocess


COMMAND = "valgrind --tool=callgrind --callgrind-out-file=/dev/null"


def collected(log):
    """What one of its logs says; 0 where it says nothing"""
    found = re.search(r"Collected : (\d+)", log)
    return int(found[1]) if found else 0


def missing(measure):
    """Why nothing can be counted, or None"""
    if shutil.which("valgrind") is None:
        return "valgrind is not installed"
    done = subprocess.run(["valgrind", "--tool=none", "-q", measure, "--key"],
                          check=False, capture_output=True)
    # a program with sanitizers, for one
    return "valgrind cannot run the program" if done.returncode else None


def count(measure, rules, job, rounds, files):
    """Instructions of a whole run"""
    done = subprocess.run(
        [*COMMAND.split(), measure, "--only", job, rules, str(rounds), *files],
        check=True, capture_output=True, text=True)
    return collected(done.stderr)


def count_command(*command):
    """Instructions of a command, without those of its children"""
    done = subprocess.run(
        [*COMMAND.split(), *command],
        check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    # the first one to say something
    pid = re.match(r"==(\d+)==", done.stderr)[1]
    return int(re.search(rf"=={pid}== Collected : (\d+)", done.stderr)[1])


def count_round(measure, rules, job, files, rounds=1):
    """Instructions of one more round: what start-up and the first message
    cost drops out."""
    return (count(measure, rules, job, rounds + 1, files)
            - count(measure, rules, job, 1, files)) / rounds
