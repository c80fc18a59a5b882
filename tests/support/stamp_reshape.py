"""stamp_reshape.py IN OUT WHAT: a token put together otherwise.

What nobody signed is added, or what was signed stands in another order; the
signature over the signed attributes, as they were, stays.
"""
import sys

from stamp_info import der, inside, values

NULL_HASH = bytes.fromhex("300d06096086480165030402020500")  # SHA-384
EXTRA = bytes.fromhex("3009060455040303310104")  # An attribute of one byte.


def reshape(info, data, signer, what):
    """The lists of values: ContentInfo, SignedData, SignerInfo."""
    attributes = [i for i, v in enumerate(signer) if v[0] == 0xa0][0]
    listed = values(inside(signer[attributes]))
    if what == "unsigned":
        signer.append(der(0xa1, EXTRA))
    elif what == "lists":
        data.insert(len(data) - 1, der(0xa1, der(0x30, b"")))
    elif what == "two-hashes":
        data[1] = der(0x31, inside(data[1]) + NULL_HASH)
    elif what == "other-hash":
        data[1] = der(0x31, NULL_HASH)
    elif what == "order":
        signer[attributes] = der(0xa0, b"".join(reversed(listed)))
    elif what == "twice":
        signer[attributes] = der(0xa0, b"".join(sorted(listed + listed[:1])))
    elif what == "no-attributes":
        del signer[attributes]
    elif what == "empty-attributes":
        signer[attributes] = der(0xa0, b"")
    elif what == "version":
        data[0] = bytes.fromhex("020101")
    elif what == "kind":
        info[0] = bytes.fromhex("06092a864886f70d010701")
    elif what == "many":
        certificate = inside(data[3])
        data[3] = der(0xa0, certificate * 17)
    elif what == "no-certificate":
        data[3] = der(0xa0, der(0x31, b""))
    elif what == "signature":
        signer[-1] = der(0x03, inside(signer[-1]))
    elif what == "signer":
        data[-1] = der(0x31, b"")
    elif what == "scheme":
        signer[-2] = bytes.fromhex("300a06082a8648ce3d040303")
    elif what == "parameters":
        signer[-2] = bytes.fromhex("300c06082a8648ce3d0403020500")
    elif what == "unknown-scheme":
        signer[-2] = bytes.fromhex("300506032b6570")
    else:
        raise SystemExit("no such change: " + what)


def main():
    with open(sys.argv[1], "rb") as file:
        info = values(inside(file.read()))
    data = values(inside(inside(info[1])))
    signer = values(inside(inside(data[-1])))
    last = data[-1]
    reshape(info, data, signer, sys.argv[3])
    if data[-1] == last:
        data[-1] = der(0x31, der(0x30, b"".join(signer)))
    if sys.argv[3] != "kind":
        info[1] = der(0xa0, der(0x30, b"".join(data)))
    with open(sys.argv[2], "wb") as file:
        file.write(der(0x30, b"".join(info)))


if __name__ == "__main__":
    main()
