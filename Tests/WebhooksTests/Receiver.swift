import Foundation
import Platform
import Testing

/// A receiver of webhooks in Python, on a port of its own; each request is a line of JSON in a file. What it answers is
/// the path: `/status/503`, `/hang`, `/redirect`, `/long`, `/echo`.
final class Receiver {
    let directory: String
    private(set) var port = 0
    private let process: ChildProcess

    private static let program = """
        import http.server, json, os, ssl, sys, time

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with open(sys.argv[1] + "/requests", "a") as file:
                    json.dump({"path": self.path, "body": json.loads(body), "headers": dict(self.headers)}, file)
                    file.write("\\n")
                if self.path == "/hang":
                    time.sleep(600)
                status = int(self.path.split("?")[0].split("/")[2]) if self.path.startswith("/status/") else 200
                if self.path == "/redirect":
                    status = 307
                self.send_response(status)
                if self.path == "/redirect":
                    self.send_header("Location", "/status/200")
                self.end_headers()
                self.wfile.write(b"x" * (4 << 20) if self.path == "/long" else
                    ("you said " + self.headers["Authorization"]).encode() if self.path == "/echo" else b"said so\\nand more")

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if len(sys.argv) > 2:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[2])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        with open(sys.argv[1] + "/port.new", "w") as file:
            file.write(str(server.server_port))
        os.rename(sys.argv[1] + "/port.new", sys.argv[1] + "/port")
        server.serve_forever()
        """

    /// The certificate that it shows, which it signed itself for 127.0.0.1.
    var certificate: String { directory + "/certificate" }

    init(tls: Bool = false) throws {
        directory = "/tmp/debvisor-webhooks-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let python = try #require(ChildProcess.find("python3"))
        var words = ["-c", Self.program, directory]
        if tls {
            words.append(directory + "/certificate")
            let openssl = try #require(ChildProcess.find("openssl"))
            let ended = try ChildProcess.run(
                openssl,
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory + "/certificate", "-out",
                    directory + "/certificate.new",
                ])
            try #require(ended.isSuccess, "\(ended.complaint)")
            let (key, made) = (URL(fileURLWithPath: directory + "/certificate"), directory + "/certificate.new")
            let both = try Data(contentsOf: key) + Data(contentsOf: URL(fileURLWithPath: made))
            try both.write(to: key)
        }
        process = try ChildProcess(python, words)
        for _ in 0..<3000 where port == 0 {
            port = (try? String(contentsOfFile: directory + "/port", encoding: .utf8)).flatMap { Int($0) } ?? 0
            if port == 0 { Worker.pause(milliseconds: 10) }
        }
        try #require(port > 0)
    }

    deinit {
        process.signal(9)
        try? FileManager.default.removeItem(atPath: directory)
    }

    var requests: [[String: Any]] {
        let text = (try? String(contentsOfFile: directory + "/requests", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }
}
