#!/usr/bin/env python3
"""Pack a folder as a dossier is packed, with a new MANIFEST: as a forger would.

usage: pack_dossier.py FOLDER FILE
"""
import hashlib
import os
import sys


def pack(files, time):
    """The archive of these files, by name; the time in octal."""
    files = dict(files)
    files["MANIFEST"] = "".join("%s  %s\n" % (hashlib.sha256(files[n]).hexdigest(), n)
                                for n in sorted(files) if n != "MANIFEST").encode()
    out = b""
    for name in sorted(files):
        content = files[name]
        head = (("dossier/" + name).encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2
                + b"%011o\0" % len(content) + time + b"\0" + b" " * 8 + b"0" + bytes(100) + b"ustar\x0000"
                + bytes(64) + b"0000000\0" * 2).ljust(512, b"\0")
        out += head[:148] + b"%06o\0 " % sum(head) + head[156:] + content + bytes(-len(content) % 512)
    return out + bytes(1024)


def main(folder, file):
    files = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            files[os.path.relpath(path, folder)] = open(path, "rb").read()
    time = int(os.stat(os.path.join(folder, "checkpoint")).st_mtime)
    open(file, "wb").write(pack(files, b"%011o" % time))


if __name__ == "__main__":
    main(*sys.argv[1:])
