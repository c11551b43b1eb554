"""A machine under a libvirtd of its own whose disk records what changes, for backups that read only that."""
import os
import shutil
import subprocess

import nbd

from measure import Failed, PROJECT, timed

GUEST = PROJECT / "Examples" / "lab" / "guest"
UUID = "5f1c0de0-0000-4000-8000-00000000be0c"


class RecordingMachine:
    """Paused, so that nobody but us writes to its disk; its QEMU and libvirtd are as they are. The disk has libvirt's usual
    cache mode, so that its image is in the page cache as the files are that the others read."""

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
            <os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
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
        """Gives its seconds and the record. They are taken inside the surroundings of the machine, which take some to enter."""
        took = self.place / "took"
        inside = ["bash", "-c", f"TIMEFORMAT=%R; {{ time \"$@\" 2>&3; }} 3>&2 2>{took}", "bash"]
        words = self.command("backup", "create", "bench", "-q", "-o", "json")
        at = words.index(str(self.debvisor))
        timed([*words[:at], *inside, *words[at:]], self.place / "log", self.environment)
        return float(took.read_text()), (self.place / "log").read_text()

    def change(self, old, new):
        """Writes what differs between two images while the machine is off, as its QEMU would, and starts it again."""
        self.virsh("destroy", "bench")
        # qemu-nbd ends with its only client.
        image = nbd.NBD()
        image.connect_systemd_socket_activation(["qemu-nbd", "-f", "qcow2", str(self.disk)])
        write_differences(image, old, new)
        image.flush()
        image.shutdown()
        self.virsh("start", "--paused", "bench")

    def end(self):
        subprocess.run([GUEST, "down"], env=self.environment, check=False)
        shutil.rmtree(self.place, ignore_errors=True)


def write_differences(image, old, new):
    block, at = 4096, 0
    with open(old, "rb") as before, open(new, "rb") as after:
        while data := after.read(1 << 20):
            was = before.read(1 << 20)
            if was != data:
                for start in range(0, len(data), block):
                    if was[start:start + block] != data[start:start + block]:
                        image.pwrite(data[start:start + block], at + start)
            at += len(data)
