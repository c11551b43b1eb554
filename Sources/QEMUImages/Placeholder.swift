// Images of QEMU.
