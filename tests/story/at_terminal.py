#!/usr/bin/env python3
"""Run a command at a terminal of its own, answering its questions.

at_terminal.py [-c COLUMNS] [QUESTION ANSWER]… -- COMMAND…

Each answer, and the return key, is typed once its question was shown, in
their order.  Prints what the terminal got; ends as the command does, or with
99 when that takes longer than a minute.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time


def main():
    words = sys.argv[1:]
    columns = 80
    if words[0] == "-c":
        columns = int(words[1])
        words = words[2:]
    end = words.index("--")
    questions = list(zip(words[:end:2], words[1:end:2]))
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack(
            "HHHH", 24, columns, 0, 0))
        os.environ["TERM"] = "xterm"
        os.execvp(words[end + 1], words[end + 1:])
    seen, asked, deadline = b"", 0, time.monotonic() + 60
    while time.monotonic() < deadline:
        if questions and questions[0][0].encode() in seen[asked:]:
            asked = seen.index(questions[0][0].encode(), asked) + 1
            os.write(terminal, questions.pop(0)[1].encode() + b"\n")
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            read = os.read(terminal, 65536)
        except OSError:
            break
        if not read:
            break
        seen += read
    else:
        os.kill(child, 9)
        sys.stdout.buffer.write(seen)
        sys.exit(99)
    sys.stdout.buffer.write(seen)
    status = os.waitpid(child, 0)[1]
    sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status)
             else 128 + os.WTERMSIG(status))


main()
