"""A machine under a libvirtd of its own whose disk records what changes, for backups that read only that."""
import os
import shutil
import socket
import struct
import subprocess

from measure import Failed, PROJECT, timed

GUEST = PROJECT / "Examples" / "lab" / "guest"
UUID = "5f1c0de0-0000-4000-8000-00000000be0c"


class RecordingMachine:
    """Paused, so that nobody but us writes to its disk; its QEMU and libvirtd are as they are."""

    def __init__(self, place, image, size_gib, debvisor):
        self.place, self.debvisor = place, debvisor
        self.environment = {**os.environ, "DEBVISOR_GUEST_DIR": str(place / "guest")}
        self.run(GUEST, "up", "--no-start")
        self.disk = place / "guest" / "lib" / "images" / "bench.qcow2"
        self.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", image, self.disk)
        self.run("qemu-img", "resize", "-q", "-f", "qcow2", self.disk, f"{size_gib}G")
        os.chmod(self.disk, 0o666)
        definition = place / "bench.xml"
        definition.write_text(f"""<domain type='qemu'><name>bench</name><uuid>{UUID}</uuid><memory unit='MiB'>64</memory>
            <os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/>
            <source file='/var/lib/libvirt/images/bench.qcow2'/><target dev='vda' bus='virtio'/></disk></devices></domain>""")
        self.virsh("define", definition)
        self.virsh("start", "--paused", "bench")

    def run(self, *command):
        result = subprocess.run([str(word) for word in command], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode:
            raise Failed(f"{' '.join(map(str, command))}: {result.stdout.strip()[-300:]}")
        return result.stdout

    def virsh(self, *command):
        return self.run(GUEST, "run", "virsh", "-q", "-c", "qemu:///system", *command)

    def command(self, *words):
        return [str(GUEST), "run", "env", f"DEBVISOR_STATE_DIR={self.place / 'state'}", "DEBVISOR_URI=qemu:///system",
                str(self.debvisor), *map(str, words)]

    def back_up(self):
        """Gives the sample and the record."""
        sample = timed(self.command("backup", "create", "bench", "-q", "-o", "json"), self.place / "log", self.environment)
        return sample, (self.place / "log").read_text()

    def change(self, old, new):
        """Writes what differs between two images while the machine is off, as its QEMU would, and starts it again."""
        self.virsh("destroy", "bench")
        path = self.place / "nbd.sock"
        server = subprocess.Popen(["qemu-nbd", "-f", "qcow2", "-k", path, self.disk], stdin=subprocess.DEVNULL)
        try:
            NBDWriter(path).write_differences(old, new)
        finally:
            server.wait(timeout=60)
        self.virsh("start", "--paused", "bench")

    def end(self):
        subprocess.run([GUEST, "down"], env=self.environment, check=False)
        shutil.rmtree(self.place, ignore_errors=True)


class NBDWriter:
    """As much of the NBD protocol as it takes to write (newstyle negotiation, NBD_OPT_EXPORT_NAME)."""

    def __init__(self, path):
        self.socket = connect(path)
        greeting = self.receive(18)
        if greeting[:8] != b"NBDMAGIC":
            raise Failed("no NBD server")
        self.socket.sendall(struct.pack(">I", 3) + b"IHAVEOPT" + struct.pack(">II", 1, 0))
        self.receive(10)  # size and flags; no zeros were asked for

    def receive(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise Failed("the NBD server went away")
            data += part
        return data

    def request(self, kind, offset=0, data=b""):
        self.socket.sendall(struct.pack(">IHHQQI", 0x25609513, 0, kind, 0, offset, len(data)) + data)
        if struct.unpack(">I", self.receive(16)[4:8])[0]:
            raise Failed("the NBD server refused a write")

    def write_differences(self, old, new):
        block, at = 4096, 0
        with open(old, "rb") as before, open(new, "rb") as after:
            while data := after.read(1 << 20):
                was = before.read(1 << 20)
                if was != data:
                    for start in range(0, len(data), block):
                        if was[start:start + block] != data[start:start + block]:
                            self.request(1, at + start, data[start:start + block])
                at += len(data)
        self.request(3)
        self.socket.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 2, 0, 0, 0))
        self.socket.close()


def connect(path):
    import time
    for _ in range(100):
        try:
            link = socket.socket(socket.AF_UNIX)
            link.connect(str(path))
            return link
        except OSError:
            time.sleep(0.1)
    raise Failed(f"no server at {path}")
