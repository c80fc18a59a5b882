"""stamp_info.py OUT QUERY [NAME=VALUE…]: a TSTInfo (RFC 3161, 2.4.2).

It answers the query (a TimeStampReq); each change replaces a field, as hex of
its whole DER or as a text: time=20260101000000.5Z (now), accuracy=<hex>, tsa=<hex>,
nonce=<hex or nothing>, version=<hex>, imprint=<hex>, extensions=<hex>.
"""
import sys
import time


def der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def values(data):
    """The values in a row, each with its header."""
    found = []
    while data:
        size, head = data[1], 2
        if size & 0x80:
            head += size & 0x7f
            size = int.from_bytes(data[2:head], "big")
        found.append(data[:head + size])
        data = data[head + size:]
    return found


def inside(value):
    return value[2 + (value[1] & 0x7f if value[1] & 0x80 else 0):]


def main():
    with open(sys.argv[2], "rb") as file:
        query = values(inside(file.read()))
    fields = {
        "version": "020101",
        "policy": "06092b06010401868d1f01",
        "imprint": query[1].hex(),
        "serial": "020107",
        "time": time.strftime("%Y%m%d%H%M%SZ", time.gmtime()),
        "accuracy": "",
        "ordering": "",
        "nonce": "".join(v.hex() for v in query[2:] if v[0] == 2),
        "tsa": "",
        "extensions": "",
    }
    for change in sys.argv[3:]:
        name, value = change.split("=", 1)
        assert name in fields, name
        fields[name] = value
    fields["time"] = der(0x18, fields["time"].encode()).hex()
    content = bytes.fromhex("".join(fields.values()))
    with open(sys.argv[1], "wb") as file:
        file.write(der(0x30, content))


if __name__ == "__main__":
    main()
