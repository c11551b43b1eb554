#!/usr/bin/env bash
# Every kind of disk a machine may have: read, or listed as skipped with its reason. The machines are those of libvirt's
# test driver, shut off; their images are real.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

IMAGES=$WORK/images
mkdir -p "$IMAGES" "$WORK/out"
make_disk "$IMAGES/raw.img" 32
make_disk "$IMAGES/base.img" 32
qemu-img convert -f raw -O qcow2 "$IMAGES/raw.img" "$IMAGES/plain.qcow2"
qemu-img create -q -f qcow2 -F raw -b "$IMAGES/base.img" "$IMAGES/overlay.qcow2"
qemu-io -c 'write -P 0x5a 1M 64k' "$IMAGES/overlay.qcow2" >/dev/null
head -c 100000 /dev/urandom >"$IMAGES/cd.iso"

disk() { # target, attributes and children of <disk>
    printf "<disk type='%s' device='%s'>%s<target dev='%s' bus='virtio'/></disk>\n" "$2" "$3" "$4" "$1"
}
file() { printf "<driver name='qemu' type='%s'/><source file='%s'/>" "$1" "$IMAGES/$2"; }
machine() { # name, number
    printf "<domain type='test'><name>%s</name><uuid>00000000-0000-4000-8000-00000000000%s</uuid><memory>8192</memory>" "$1" "$2"
    printf "<os><type>hvm</type></os><devices>"
    cat
    printf "</devices></domain>\n"
}
{
    echo "<node>"
    {
        disk vda file disk "$(file raw raw.img)"
        disk vdb file disk "$(file qcow2 plain.qcow2)"
        disk vdc file disk "$(file qcow2 overlay.qcow2)"
    } | machine good 1
    {
        disk vda file disk "$(file raw raw.img)"
        disk sda file cdrom "$(file raw cd.iso)<readonly/>"
        disk sdb file cdrom "<readonly/>"
        disk vdb file disk "$(file raw raw.img)<shareable/>"
        disk vdc file disk "$(file raw raw.img)<transient/>"
        disk vdd network disk "<driver name='qemu' type='raw'/><source protocol='rbd' name='pool/image'><host name='127.0.0.1' port='1'/></source>"
        disk vde block lun "<driver name='qemu' type='raw'/><source dev='/dev/null'/>"
    } | machine odd 2
    disk vda file disk "$(file raw vanished.img)" | machine broken 3
    echo "</node>"
} >"$WORK/node.xml"
export DEBVISOR_URI=test://$WORK/node.xml

# The test driver starts the machines of its file unless told otherwise; an active machine wants a backup job.
sed -i "s|<domain type='test'>|<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><test:runstate>5</test:runstate>|" "$WORK/node.xml"

expect 0 "list the machines" debvisor vm list -o json
json "three that are off" '[.[].state] == ["shut_off", "shut_off", "shut_off"]'
expect 0 "a repository" debvisor backup repository create "$WORK/repository" --no-encryption
expect 0 "dry run names what is skipped" debvisor backup create odd --dry-run
printed "the cdrom" "sda: "

expect 0 "a machine that is off is read from its images" debvisor backup create good -o json
json "three disks" '.[0].disks | map(.target) == ["vda", "vdb", "vdc"] and all(.[]; .skipped_reason == null)'
json "offline" '.[0].consistency == "offline"'
json "the same content is stored once" '.[0].disks[1].new_bytes == 0'
expect 0 "restore beside, with the definition" debvisor backup restore good --as twin --to "$WORK/out"
check "raw: byte for byte" same "$IMAGES/raw.img" "$WORK/out/twin-vda.img"
check "qcow2: the same content" qemu-img compare -q "$IMAGES/plain.qcow2" "$WORK/out/twin-vdb.qcow2"
check "a chain comes back as one image with the same content" qemu-img compare -q "$IMAGES/overlay.qcow2" "$WORK/out/twin-vdc.qcow2"
check "that stands alone" not grep -q backing-filename <(qemu-img info --output=json "$WORK/out/twin-vdc.qcow2")
check "the definition" grep -q "<name>" "$WORK/out/twin.xml"
expect 0 "restore as a copy and define it" debvisor backup restore good --as twin2 --to "$WORK/out" --define -o json
json "with a UUID of its own" '.defined and .vm_uuid != "00000000-0000-4000-8000-000000000001"'

expect 3 "what cannot be read ends with 3" debvisor backup create odd -o json
json "each disk with its reason" '.[0].disks | map(select(.skipped_reason != null) | .target) | sort == ["sda", "vdb", "vdc", "vdd", "vde"]'
json "an empty drive is no disk" '[.[0].disks[].target] | index("sdb") == null'
json "the good disk is backed up" '.[0].disks[] | select(.target == "vda") | .read_bytes > 0'
for word in cdrom shareable transient rbd passed-through; do printed "the reason says $word" "$word"; done
expect 0 "left out on purpose it is no failure" debvisor backup create odd --exclude-disk sda --exclude-disk vdb --exclude-disk vdc --exclude-disk vdd --exclude-disk vde -q
fails 2 "a disk that no machine has" vda debvisor backup create odd --exclude-disk vdx

expect 4 "an image that vanished" debvisor backup create broken
said "is named" vanished.img
expect 3 "of several machines the others are backed up" debvisor backup create good broken -o json
json "one record" 'map(.name) == ["good"]'
expect 4 "a machine that is not there" debvisor backup create god
said "with a suggestion" good
expect 0 "every backup is whole" debvisor backup verify --read-data
