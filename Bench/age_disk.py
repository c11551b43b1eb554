"""A day passes on a mounted disk: age_disk.py MOUNT_POINT MIB changes about so many MiB, always the same ones."""
import os
import random
import sqlite3
import sys

root, mib = sys.argv[1], int(sys.argv[2])


def update_database():
    """Pages all over the database; a sixth of the changes."""
    dice = random.Random(7)
    with sqlite3.connect(os.path.join(root, "var/lib/app/app.db")) as db:
        last = db.execute("select max(id) from t").fetchone()[0]
        for row in dice.sample(range(1, last), max(1, mib // 6) * 256):
            db.execute("update t set data=? where id=?", (dice.randbytes(256), row))


def grow_logs():
    for number in 1, 2, 3:
        path = os.path.join(root, f"var/log/app/app{number}.log")
        with open(path, "r+b") as log:
            log.seek(-1000000, os.SEEK_END)
            tail = log.read()
            log.write(tail)


def upgrade_packages():
    """Files replaced by others that differ here and there and are some bytes longer or shorter; a third."""
    dice = random.Random(9)
    paths = []
    for folder, _, files in os.walk(os.path.join(root, "srv")):
        for name in files:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path) and 65536 < os.path.getsize(path) < 8 << 20:
                paths.append(path)
    paths.sort()
    dice.shuffle(paths)
    left = (mib << 20) // 3
    for path in paths:
        if left <= 0:
            break
        with open(path, "rb") as file:
            data = bytearray(file.read())
        for _ in range(max(1, len(data) // 65536)):
            at = dice.randrange(len(data))
            data[at:at + 16] = dice.randbytes(dice.randint(8, 24))
        with open(path + ".dpkg-new", "wb") as file:
            file.write(data)
        os.replace(path + ".dpkg-new", path)
        left -= len(data)


def add_and_delete():
    """New pictures, a tenth of the changes; every fifth file of documentation goes."""
    dice = random.Random(11)
    os.makedirs(os.path.join(root, "home/user"), exist_ok=True)
    for number in range(max(1, mib // 10)):
        with open(os.path.join(root, f"home/user/photo{number:04d}.bin"), "wb") as file:
            file.write(dice.randbytes(1 << 20))
    seen = 0
    for folder, _, files in os.walk(os.path.join(root, "usr/share/doc")):
        for name in files:
            seen += 1
            if seen % 5 == 0:
                os.unlink(os.path.join(folder, name))


update_database()
grow_logs()
upgrade_packages()
add_and_delete()
