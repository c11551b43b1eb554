#!/bin/busybox sh
# Process 1 of the guest: mounts vda, then writes to both disks once a second and says so on the console.
#
# vda  ext4: /counter ("N seconds"), /boots, /blob (random data, a piece a tick)
# vdb  raw:  sector 0 "head N", sector N mod 8192 + 1 "tick N"; written after vda is synced, so the ledger
#      is never ahead of the counter and at most one tick behind. A copy of the two disks that was not
#      taken at one instant shows.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/lib/modules/$module" 2>/dev/null; done </lib/modules/order

argument() { for word in $(cat /proc/cmdline); do case $word in "$1"=*) echo "${word#*=}" ;; esac; done; }
# Machines that were restored side by side have the same command line; the firmware tells them apart.
ME=$(cut -c1-8 /sys/class/dmi/id/product_uuid 2>/dev/null)
ME=${ME:-guest}
say() { echo "$ME: $*"; }

tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
mount -t ext4 -o data=ordered /dev/vda /data || say "NO FILE SYSTEM on vda"

# An orderly end, by the power button or by the agent.
cat >/sbin/shutdown <<'OFF'
#!/bin/busybox sh
echo "guest: orderly power-off" >/dev/console
touch /run/stop
sleep 1.5
umount /data
sync
poweroff -f
OFF
chmod +x /sbin/shutdown
mkdir -p /etc/acpi/PWRF
ln -sf /sbin/shutdown /etc/acpi/PWRF/00000080
acpid -c /etc/acpi -l /dev/null -e /dev/input/event0 2>/dev/null &

for port in /sys/class/virtio-ports/*; do
    [ "$(cat "$port/name" 2>/dev/null)" = org.qemu.guest_agent.0 ] || continue
    [ -x /usr/sbin/qemu-ga ] && qemu-ga -d -m virtio-serial -p "/dev/${port##*/}" -t /run -f /run/qga.pid -l /run/qga.log
done

ledger_head() { dd if=/dev/vdb bs=512 count=1 2>/dev/null | tr -d '\0' | cut -d' ' -f2; }
write_ledger() {
    [ -b /dev/vdb ] || return
    printf 'tick %d\n' "$1" | dd of=/dev/vdb bs=512 count=1 conv=sync,notrunc seek=$(($1 % 8192 + 1)) 2>/dev/null
    printf 'head %d\n' "$1" | dd of=/dev/vdb bs=512 count=1 conv=sync,notrunc,fsync 2>/dev/null
}

KILOBYTES=$(argument dv.kilobytes)
SLOTS=$(argument dv.slots)
N=$(cut -d' ' -f1 /data/counter 2>/dev/null)
N=${N:-0}
BOOTS=$(($(cat /data/boots 2>/dev/null || echo 0) + 1))
echo $BOOTS >/data/boots
HEAD=$(ledger_head)
say "up, boot $BOOTS, counter $N, ledger ${HEAD:-0}"
write_ledger "$N"

while [ ! -e /run/stop ]; do
    N=$((N + 1))
    echo "$N $(date +%s)" >/data/counter.new && mv /data/counter.new /data/counter
    dd if=/dev/urandom of=/data/blob bs="${KILOBYTES:-64}k" count=1 seek=$((N % ${SLOTS:-1024})) conv=notrunc 2>/dev/null
    sync
    write_ledger $N
    say "tick $N"
    sleep 1
done
while :; do sleep 60; done
