#!/usr/bin/python3
"""Reads a debvisor backup repository without debvisor, from what docs/repository-format.md says and nothing else.

  read_repository.py REPOSITORY SECRET [--no-index] list
  read_repository.py REPOSITORY SECRET [--no-index] restore BACKUP_ID DISK OUT     a sparse raw image
  read_repository.py REPOSITORY SECRET [--no-index] blob BACKUP_ID KIND NAME OUT   domain-xml, nvram, tpm
  read_repository.py REPOSITORY SECRET [--no-index] check                          every byte, every id

SECRET is --key-file FILE, --password-file FILE or --no-encryption. --no-index finds chunks by the packs' trailers
alone. Everything that is read is authenticated. Exit status: 0 done, 1 damaged or not readable, 2 usage, 5 wrong key.
Needs Debian's python3-cryptography and python3-zstandard.
"""
import argparse
import collections
import hashlib
import hmac
import json
import os
import pathlib
import struct
import sys

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:
    sys.exit("read_repository.py: install python3-cryptography (and run with /usr/bin/python3)")
try:
    import zstandard
except ImportError:
    sys.exit("read_repository.py: install python3-zstandard (and run with /usr/bin/python3)")

BLOCK, LEAF_SPAN, ZERO_ID = 4096, 4 << 20, bytes(16)
CHUNKS, BLOBS, LEAVES, NODES = 1, 2, 3, 4
KNOWN_FEATURES = set()

Place = collections.namedtuple("Place", "pack offset length member type")


class Damage(Exception):
    """What was read is not what was written."""


class WrongKey(Exception):
    """No key slot opens with the secret given."""


def need(condition, message):
    if not condition:
        raise Damage(message)


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def derive(secret, salt, info):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(secret)


def unseal(key, nonce, ciphertext, aad, what):
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag:
        raise Damage(f"{what}: does not authenticate") from None


def crc32c_table():
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        yield byte


CRC_TABLE = list(crc32c_table())


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


class Pack:
    """Section 5: header and sessions; entries by offset; the trailer or, without one, a walk."""

    def __init__(self, repository, path):
        self.repository, self.path, self.id = repository, path, bytes.fromhex(path.name)
        self.file = open(path, "rb")
        header = self.read(0, 64)
        need(header[:8] == b"DVPACK01", f"{path.name}: not a pack")
        need(crc32c(header[:60]) == struct.unpack_from("<I", header, 60)[0], f"{path.name}: header checksum")
        need(header[16:32] == self.id and header[32:48] == repository.id, f"{path.name}: belongs elsewhere")
        self.kind, count = header[8], header[9]
        self.head = header + self.read(64, 64 * count)
        self.sessions = [self.session_key(self.head[64 * n:64 * n + 64]) for n in range(1, count + 1)]

    def read(self, offset, length):
        data = os.pread(self.file.fileno(), length, offset)
        need(len(data) == length, f"{self.path.name}: ends before {offset + length}")
        return data

    def session_key(self, descriptor):
        need(descriptor[32] == 0, f"{self.path.name}: unknown session mode {descriptor[32]}")
        epoch = self.repository.epochs[struct.unpack_from("<I", descriptor, 36)[0]]
        return derive(epoch["data_key" if self.kind == 1 else "map_key"], descriptor[:32], b"debvisor pack")

    def places(self):
        """(id, Place) of every member."""
        return self.trailer_places() or self.walked_places()

    def trailer_places(self):
        size = os.fstat(self.file.fileno()).st_size
        need(size % BLOCK == 0 or size < BLOCK, f"{self.path.name}: size is not a multiple of {BLOCK}")
        footer = self.read(max(size - 64, 0), 64)
        if footer[:8] != b"DVPEND01":
            return None
        at, length, entries, members = struct.unpack_from("<QIII", footer, 8)
        trailer = self.read(at, length)
        expected = mac(self.repository.key["index_key"], self.head + trailer + footer[:32])
        need(hmac.compare_digest(expected, footer[32:]), f"{self.path.name}: trailer does not authenticate")
        found, position = [], 0
        for _ in range(entries):
            offset, entry_length, kind, _, count, _ = struct.unpack_from("<IIBBBB", trailer, position)
            for member in range(count):
                name = trailer[position + 12 + 16 * member:position + 28 + 16 * member]
                found.append((name, Place(self, offset * 16, entry_length, member, kind)))
            position += 12 + 16 * count
        need(position == length and len(found) == members, f"{self.path.name}: trailer counts")
        return found

    def walked_places(self):
        found, offset = [], len(self.head)
        size = os.fstat(self.file.fileno()).st_size
        while offset + 32 <= size:
            head = self.read(offset, 32)
            if head[:4] != b"DVTR":
                break
            length = 32 + 32 * head[6] + struct.unpack_from("<I", head, 8)[0] + 16
            if offset + length > size:
                break
            entry = self.read(offset, length)
            if crc32c(self.aad(entry) + entry[32 + 32 * head[6]:]) != struct.unpack_from("<I", head, 28)[0]:
                break
            padded = (length + 15) // 16 * 16
            for member in range(head[6]):
                name = entry[32 + 32 * member:48 + 32 * member]
                found.append((name, Place(self, offset, padded, member, head[4])))
            offset += padded
        return found

    @staticmethod
    def aad(entry):
        return entry[:7] + b"\0" + entry[8:28] + bytes(4) + entry[32:32 + 32 * entry[6]]

    def members(self, offset, length):
        """Type, ids (32 bytes) and contents of an entry's members."""
        entry = self.read(offset, length)
        where = f"{self.path.name} at {offset}"
        need(entry[:4] == b"DVTR", f"{where}: no entry")
        kind, codec, count, session, sealed, plain = struct.unpack_from("<BBBBII", entry, 4)
        body = 32 + 32 * count
        need(body + sealed + 16 <= length, f"{where}: entry is longer than its place")
        need(session < len(self.sessions), f"{where}: no session {session}")
        text = unseal(self.sessions[session], entry[16:28], entry[body:body + sealed + 16], self.aad(entry), where)
        if kind == CHUNKS:
            lengths, start = [(byte + 1) * BLOCK for byte in text[:count]], count
        else:
            lengths, start = struct.unpack_from(f"<{count}I", text), 4 * count
        payload = text[start:]
        if codec == 1:
            payload = zstandard.ZstdDecompressor().decompress(payload, max_output_size=plain)
        need(len(payload) == plain == sum(lengths), f"{where}: lengths do not add up")
        key = self.repository.key["id_key" if kind in (CHUNKS, BLOBS) else "page_key"]
        result, position = [], 0
        for number, size in enumerate(lengths):
            content = payload[position:position + size]
            position += size
            name = entry[32 + 32 * number:64 + 32 * number]
            need(hmac.compare_digest(mac(key, content), name), f"{where}: member {number} is not what its id says")
            result.append((name, content))
        return kind, result


class Segment:
    """Section 7: a sorted list of who is where."""

    def __init__(self, repository, path):
        data = self.data = path.read_bytes()
        self.name = path.name
        need(data[:8] == b"DVINDEX1", f"index/{path.name}: not a segment")
        need(hmac.compare_digest(mac(repository.key["index_key"], data[:-32]), data[-32:]),
             f"index/{path.name}: does not authenticate")
        self.records, self.packs, superseded, self.bits, self.blooms = struct.unpack_from("<5I", data, 8)
        need(data[32:48].hex() == path.name and data[48:64] == repository.id, f"index/{path.name}: belongs elsewhere")
        self.superseded = [data[64 + 16 * n:80 + 16 * n].hex() for n in range(superseded)]
        self.pack_table = 64 + 16 * superseded
        self.record_table = self.pack_table + 32 * self.packs
        self.fan_table = self.record_table + 28 * self.records
        self.bloom_table = self.fan_table + 4 * ((1 << self.bits) + 1)
        need(self.bloom_table + 32 * self.blooms + 32 == len(data), f"index/{path.name}: length")

    def pack_names(self):
        return [self.data[at:at + 16].hex() for at in range(self.pack_table, self.record_table, 32)]

    def items(self):
        for at in range(self.record_table, self.fan_table, 28):
            yield (self.data[at:at + 16], *struct.unpack_from("<IIHBB", self.data, at + 16))

    def check(self):
        """Order, fan-out and Bloom filter say the same as the records."""
        salts = [int(word, 16) for word in
                 "47b6137b 44974d91 8824ad5b a2b7289d 705495c7 2df1424b 9efc4947 5c6bfb31".split()]
        fan = struct.unpack_from(f"<{(1 << self.bits) + 1}I", self.data, self.fan_table)
        before = None
        for number, item in enumerate(self.items()):
            need(before is None or before <= item[:3], f"index/{self.name}: records are not sorted")
            before = item[:3]
            prefix = int.from_bytes(item[0], "big") >> (128 - self.bits)
            need(fan[prefix] <= number < fan[prefix + 1], f"index/{self.name}: fan-out of record {number}")
            x = int.from_bytes(item[0][8:16], "little")
            block = ((x >> 32) * self.blooms) >> 32
            words = struct.unpack_from("<8I", self.data, self.bloom_table + 32 * block)
            bits = [((x & 0xFFFFFFFF) * salt & 0xFFFFFFFF) >> 27 for salt in salts]
            need(all(word >> bit & 1 for word, bit in zip(words, bits)), f"index/{self.name}: Bloom filter")


class Repository:
    def __init__(self, path, secret):
        self.path = pathlib.Path(path)
        try:
            text = (self.path / "format").read_bytes()
            self.format = json.loads(text)
        except (OSError, ValueError) as error:
            raise Damage(f"{path} is not a repository: {error}") from None
        need(self.format.get("format") == "debvisor-backup-repository", f"{path} is not a repository")
        need(self.format["version"] == 1, f"format version {self.format['version']} is not known here")
        for feature in sorted(self.directory("features")):
            need(not feature.name.startswith("r-") or feature.name[2:] in KNOWN_FEATURES, f"needs {feature.name}")
        self.id = bytes.fromhex(self.format["repository_id"])
        bundle = self.open_bundle(secret)
        need(bundle["format_sha256"] == hashlib.sha256(text).hexdigest(), "the file `format` was changed")
        names = "id_key page_key cut_key meta_key index_key".split()
        self.key = {name: bytes.fromhex(bundle[name]) for name in names}
        self.epochs = {each["epoch"]: {k: bytes.fromhex(each[k]) for k in ("data_key", "map_key")}
                       for each in bundle["epochs"]}
        self.packs, self.where, self.cache = {}, collections.defaultdict(list), collections.OrderedDict()

    def directory(self, name):
        place = self.path / name
        return list(place.iterdir()) if place.is_dir() else []

    def open_bundle(self, secret):
        kind, value = secret
        tried = 0
        for path in sorted(self.directory("keys")):
            slot = json.loads(path.read_bytes())
            if slot["kind"] != kind or slot["version"] != 1:
                continue
            tried += 1
            salt = bytes.fromhex(slot["salt"])
            if kind == "password":
                cost = slot["scrypt"]
                key = hashlib.scrypt(value, salt=salt, n=cost["n"], r=cost["r"], p=cost["p"], dklen=32,
                                     maxmem=129 * cost["n"] * cost["r"] + 128 * cost["r"] * cost["p"] + (1 << 20))
            elif kind == "file":
                key = derive(value, salt, b"debvisor key file")
            else:
                key = bytes(32)
            aad = b"debvisor key slot 1 " + self.format["repository_id"].encode()
            try:
                return json.loads(AESGCM(key).decrypt(
                    bytes.fromhex(slot["nonce"]), bytes.fromhex(slot["wrapped"]), aad))
            except InvalidTag:
                continue
        raise WrongKey(f"none of {tried} key slots of kind {kind} opens")

    def sealed(self, path, kind):
        """Section 4."""
        data, name = path.read_bytes(), str(path.relative_to(self.path))
        need(data[:8] == b"DVSEAL01" and struct.unpack_from("<H", data, 8)[0] == kind, f"{name}: not of class {kind}")
        need(data[16:32] == self.id, f"{name}: belongs elsewhere")
        key = derive(self.key["meta_key"], data[32:64], b"debvisor sealed object")
        return json.loads(unseal(key, bytes(12), data[64:], data[:64] + name.encode(), name))

    def records(self):
        for path in sorted(self.directory("snapshots")):
            record = self.sealed(path, 1)
            time, backup = path.name.split("-", 1)
            need(record["backup_id"] == backup and record["time"] == int(time, 16), f"{path.name}: another's name")
            yield record

    def record(self, backup):
        found = [each for each in self.records() if each["backup_id"].startswith(backup)]
        need(len(found) == 1, f"{len(found)} backups are called {backup}")
        return found[0]

    def pack(self, name):
        if name not in self.packs:
            self.packs[name] = Pack(self, self.path / "packs" / name[:2] / name)
        return self.packs[name]

    def pack_names(self):
        return {path.name for place in self.directory("packs") for path in place.iterdir()}

    def segments(self):
        every = [Segment(self, path) for path in sorted(self.directory("index"))]
        gone = {name for segment in every for name in segment.superseded}
        return [segment for segment in every if segment.name not in gone]

    def load_places(self, use_index):
        """Places by segments, and by trailers for the packs that no segment names."""
        here = self.pack_names()
        left = set(here)
        for segment in self.segments() if use_index else []:
            names = segment.pack_names()
            left.difference_update(names)
            for name, number, offset, length, member, kind in segment.items():
                if names[number] in here:
                    self.where[name].append(Place(names[number], offset * 16, length * 16, member, kind))
        for pack in sorted(left):
            for name, place in self.pack(pack).places():
                self.where[name].append(place._replace(pack=pack))

    def fetch(self, name, kinds):
        """The member with this id; several places hold the same."""
        problem = Damage(f"{name.hex()} is in no pack")
        for place in self.where.get(name, []):
            if place.type not in kinds:
                continue
            try:
                key = (place.pack, place.offset)
                if key not in self.cache:
                    self.cache[key] = self.pack(place.pack).members(place.offset, place.length)[1]
                    if len(self.cache) > 64:
                        self.cache.popitem(last=False)
                full, content = self.cache[key][place.member]
                need(full[:16] == name, f"{place.pack} at {place.offset}: another member than the index says")
                return content
            except (Damage, OSError) as error:
                problem = error
        raise problem

    def extents(self, page, height, start):
        """Section 6: (offset, bytes, id) of every chunk below a page."""
        if page == ZERO_ID:
            return
        if height == 0:
            yield from self.leaf(self.fetch(page, (LEAVES,)), start)
            return
        node = self.fetch(page, (NODES,))
        need(len(node) == 256 * 16, "a node of another size")
        span = LEAF_SPAN * 256 ** (height - 1)
        for child in range(256):
            yield from self.extents(node[16 * child:16 * child + 16], height - 1, start + child * span)

    @staticmethod
    def leaf(data, start):
        first, count = struct.unpack_from("<HH", data)
        block, position, chunks = first, 4, []
        while len(chunks) < count:
            token = data[position]
            position += 1
            if token == 0:
                block += struct.unpack_from("<H", data, position)[0]
                position += 2
                continue
            need(token <= 128 and block < 1024, "a token that cannot be")
            chunks.append((start + block * BLOCK, token * BLOCK))
            block += token
        need(len(data) == position + 16 * count, "a leaf of another length")
        for number, (offset, length) in enumerate(chunks):
            yield offset, length, data[position + 16 * number:position + 16 * number + 16]

    def disk_extents(self, disk):
        need(disk.get("root") is not None, f"{disk['target']} was not backed up: {disk.get('skipped_reason')}")
        return self.extents(bytes.fromhex(disk["root"]), disk["height"], 0)

    def restore(self, backup, target, out):
        disks = [disk for disk in self.record(backup)["disks"] if disk["target"] == target]
        need(len(disks) == 1, f"the backup has no disk {target}")
        size = disks[0]["size_bytes"]
        with open(out, "xb") as image:
            image.truncate(size)
            for offset, length, name in self.disk_extents(disks[0]):
                content = self.fetch(name, (CHUNKS,))
                need(len(content) == length, f"{name.hex()}: the map says {length} bytes")
                need(not any(content[max(size - offset, 0):]), "data past the end of the disk")
                os.pwrite(image.fileno(), content[:size - offset], offset)

    def blob(self, blob):
        content = b"".join(self.fetch(bytes.fromhex(name), (BLOBS,)) for name in blob["chunks"])
        need(len(content) == blob["size_bytes"], f"{blob['kind']} {blob['name']}: size")
        return content

    def check(self):
        """Everything: packs entry by entry, segments against them, each record's maps and blobs."""
        entries = members = 0
        in_packs = set()
        for name in sorted(self.pack_names()):
            pack = self.pack(name)
            by_entry = collections.defaultdict(dict)
            for member, place in pack.places():
                by_entry[place.offset, place.length, place.type][place.member] = member
                in_packs.add((member, name, place.offset, place.length, place.member, place.type))
            for (offset, length, kind), ids in by_entry.items():
                read_kind, contents = pack.members(offset, length)
                need(read_kind == kind and [full[:16] for full, _ in contents] == [ids[n] for n in sorted(ids)],
                     f"{name} at {offset}: the trailer says otherwise")
                entries, members = entries + 1, members + len(contents)
        for segment in self.segments():
            segment.check()
            names = segment.pack_names()
            for member, number, offset, length, place, kind in segment.items():
                if (self.path / "packs" / names[number][:2] / names[number]).exists():
                    need((member, names[number], offset * 16, length * 16, place, kind) in in_packs,
                         f"index/{segment.name}: {member.hex()} is not there")
        backups = 0
        for record in self.records():
            backups += 1
            for disk in record["disks"]:
                for _, _, name in self.disk_extents(disk) if disk.get("root") is not None else []:
                    need(name in self.where, f"{record['backup_id']}: {name.hex()} is in no pack")
            for blob in record["blobs"]:
                self.blob(blob)
        return {"backups": backups, "packs": len(self.packs), "entries": entries, "members": members}


def secret_of(arguments):
    if arguments.key_file:
        words = pathlib.Path(arguments.key_file).read_text().split()
        need(len(words) == 2 and words[0] == "debvisor-key-1", f"{arguments.key_file} is not a key file")
        return "file", bytes.fromhex(words[1])
    if arguments.password_file:
        return "password", pathlib.Path(arguments.password_file).read_bytes().rstrip(b"\r\n")
    return "open", None


def parse():
    parser = argparse.ArgumentParser(description="reads a debvisor backup repository")
    parser.add_argument("repository")
    secret = parser.add_mutually_exclusive_group(required=True)
    secret.add_argument("--key-file")
    secret.add_argument("--password-file")
    secret.add_argument("--no-encryption", action="store_true")
    parser.add_argument("--no-index", action="store_true")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    verbs.add_parser("check")
    for verb, names in ("restore", ("backup", "disk", "out")), ("blob", ("backup", "kind", "name", "out")):
        sub = verbs.add_parser(verb)
        for name in names:
            sub.add_argument(name)
    return parser.parse_args()


def main():
    arguments = parse()
    try:
        repository = Repository(arguments.repository, secret_of(arguments))
        if arguments.verb == "list":
            for record in sorted(repository.records(), key=lambda each: each["time"]):
                print(json.dumps(record, sort_keys=True))
            return 0
        repository.load_places(not arguments.no_index)
        if arguments.verb == "restore":
            repository.restore(arguments.backup, arguments.disk, arguments.out)
        elif arguments.verb == "check":
            print(json.dumps(repository.check()))
        else:
            found = [blob for blob in repository.record(arguments.backup)["blobs"]
                     if (blob["kind"], blob["name"]) == (arguments.kind, arguments.name)]
            need(len(found) == 1, f"the backup has no {arguments.kind} {arguments.name}")
            pathlib.Path(arguments.out).write_bytes(repository.blob(found[0]))
    except WrongKey as error:
        print(f"read_repository.py: {error}", file=sys.stderr)
        return 5
    except (Damage, OSError, KeyError, ValueError, struct.error, zstandard.ZstdError) as error:
        print(f"read_repository.py: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
