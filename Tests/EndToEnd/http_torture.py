#!/usr/bin/env python3
"""What a server on the network meets: half requests, huge ones, noise, clients that never read, hundreds at once."""
import socket
import sys
import threading

HOST, PORT = sys.argv[1].rsplit(":", 1)
HOST = HOST.strip("[]")


def connect():
    peer = socket.create_connection((HOST, int(PORT)), timeout=20)
    return peer


def ask(data, half_close=False):
    with connect() as peer:
        try:
            peer.sendall(data)
            if half_close:
                peer.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = b""
        try:
            while piece := peer.recv(65536):
                answer += piece
        except OSError as error:
            return answer or repr(error).encode()
        return answer


def expect(what, data, status, **options):
    first = ask(data, **options).split(b"\r\n", 1)[0]
    assert first.startswith(b"HTTP/1.1 %d " % status), f"{what}: {first!r}"


GET = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
expect("a request", GET, 200)
expect("one without carriage returns", GET.replace(b"\r", b""), 200)
expect("a client that closes its side", GET, 200, half_close=True)
expect("HTTP/1.0", b"GET /metrics HTTP/1.0\r\n\r\n", 200)
expect("an absolute target", GET.replace(b"/metrics", b"http://x/metrics?a=b"), 200)
expect("no host", b"GET /metrics HTTP/1.1\r\n\r\n", 400)
expect("two hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)
expect("a folded header", b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400)
expect("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400)
expect("a null byte", b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400)
expect("no path", b"GET metrics HTTP/1.1\r\nHost: x\r\n\r\n", 400)
expect("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)
expect("a head of 3 MB", b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 3_000_000, 431)
expect("10,000 headers", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 10_000, 431)
expect("a body", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n" + b"x" * 99999, 405)
pipelined = ask(GET.replace(b"Connection: close\r\n", b"") * 50 + GET)
assert pipelined.count(b"HTTP/1.1 200 OK") == 51, pipelined.count(b"HTTP/1.1 200 OK")
slow = connect()
for byte in GET:
    slow.send(bytes([byte]))
assert slow.recv(12) == b"HTTP/1.1 200", "one byte at a time"

# Clients that begin and go silent, and some that ask and never read, keep nobody else waiting.
silent = [connect() for _ in range(400)]
for number, peer in enumerate(silent):
    try:
        peer.send(GET[: number % len(GET)] if number % 4 else GET * 20)
    except OSError:
        pass
expect("one among 400 silent ones", GET, 200)

failures = []


def one():
    answer = ask(GET)
    if not answer.startswith(b"HTTP/1.1 200"):
        failures.append(answer[:60])


threads = [threading.Thread(target=one) for _ in range(100)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures[:3]
print("well")
