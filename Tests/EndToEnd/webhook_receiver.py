#!/usr/bin/python3
"""A receiver of webhooks on a port of its own: DIRECTORY/port has its number, DIRECTORY/requests a line of JSON a request.

DIRECTORY/mode says what it does with the next one, and may change at any time: a status as 204 or 503, `hang` (takes the
request and never answers), `lose` (takes it and closes the connection without an answer).
"""
import http.server
import json
import os
import sys
import time

DIRECTORY = sys.argv[1]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(f"{DIRECTORY}/mode") as file:
            mode = file.read().strip()
        with open(f"{DIRECTORY}/requests", "a") as file:
            request = {"mode": mode, "path": self.path, "headers": dict(self.headers), "body": json.loads(body)}
            file.write(json.dumps(request) + "\n")
        if mode == "hang":
            time.sleep(600)
        if mode == "lose":
            self.close_connection = True
            return
        self.send_response(int(mode))
        self.end_headers()
        # Whoever echoes what it was sent must not bring a secret into a log.
        self.wfile.write(f"seen {self.path} {self.headers['Authorization']}".encode())

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(f"{DIRECTORY}/port.new", "w") as file:
    file.write(str(server.server_port))
os.rename(f"{DIRECTORY}/port.new", f"{DIRECTORY}/port")
server.serve_forever()
