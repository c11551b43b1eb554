"""Stands between libvirtd and a guest's agent, and lets as many thaws fail as a file says.

agent_between.py SOCKET COUNT: SOCKET, where libvirtd will look, is moved aside and served; each thaw takes one from the
number in the file COUNT and fails while there is one, without reaching the agent. Everything else passes.
"""
import json
import os
import socket
import sys
import threading


def is_to_fail(line, count):
    try:
        if json.loads(line).get("execute") != "guest-fsfreeze-thaw":
            return False
    except ValueError:
        return False
    with open(count) as file:
        left = int(file.read() or 0)
    if left:
        with open(count, "w") as file:
            file.write(str(left - 1))
    return left > 0


def pass_on(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    sink.close()


def serve(client, count):
    agent = socket.socket(socket.AF_UNIX)
    agent.connect("real")
    threading.Thread(target=pass_on, args=(agent, client), daemon=True).start()
    with client.makefile("rb") as lines:
        for line in lines:
            if is_to_fail(line.lstrip(b"\xff"), count):
                client.sendall(b'{"error": {"class": "GenericError", "desc": "failed on purpose"}}\n')
            else:
                agent.sendall(line)
    # The agent's channel takes one client at a time.
    agent.shutdown(socket.SHUT_RDWR)


def main():
    path, count = sys.argv[1:]
    # A socket's path has room for 107 bytes.
    os.chdir(os.path.dirname(path))
    name = os.path.basename(path)
    os.rename(name, "real")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(name)
    os.chmod(name, 0o777)
    listener.listen(1)
    while True:
        serve(listener.accept()[0], count)


main()
