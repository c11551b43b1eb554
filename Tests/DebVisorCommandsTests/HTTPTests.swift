import DebVisorCore
import Metrics
import Platform
import Testing

@testable import DebVisorCommands

/// What `metric serve` makes of the bytes of a connection.
@Suite("HTTP") struct HTTPTests {
    private func reading(_ text: String) -> HTTPReading { HTTPReading(Array(text.utf8)) }

    @Test("A request is read, with what may differ", arguments: ["\r\n", "\n"])
    func request(feed: String) throws {
        let text = "GET /metrics?x=1 HTTP/1.1\nHost: a\nAccept:  text/plain \naccept: */*\n\n"
            .replacing("\n", with: feed)
        guard case .request(let request, let length) = reading(text + "GET ") else {
            Issue.record("\(reading(text))")
            return
        }
        #expect(length == text.utf8.count)
        #expect(request.method == "GET")
        #expect(request.path == "/metrics")
        #expect(request.header("accept") == "text/plain,*/*")
        #expect(request.header("cookie") == nil)
        #expect(request.isPersistent)
        // Until the last byte there is none, and nothing is refused.
        for count in 0..<text.utf8.count {
            #expect(HTTPReading(Array(text.utf8.prefix(count))) == .incomplete, "\(count)")
        }
    }

    @Test(
        "Whether the client may ask again",
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close", false), ("1.1", "Connection: foo, Close", false),
            ("1.0", "", false), ("1.0", "Connection: keep-alive", true), ("1.1", "Content-Length: 5", false),
            ("1.1", "Content-Length: 0", true), ("1.1", "Transfer-Encoding: chunked", false),
        ])
    func persistence(version: String, header: String, isKept: Bool) {
        let lines = ["GET / HTTP/\(version)", "Host: a", header].filter { !$0.isEmpty }
        guard case .request(let request, _) = reading(lines.joined(separator: "\r\n") + "\r\n\r\n") else {
            Issue.record("no request")
            return
        }
        #expect(request.isPersistent == isKept)
    }

    @Test(
        "What is no request is refused",
        arguments: [
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: \u{1}\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\n\r\n", 505), ("GET / FTP/1.0\r\n\r\n", 400), ("GET metrics HTTP/1.0\r\n\r\n", 400),
            ("\u{16}\u{3}\u{1}", 400), ("{", 400), ("\"", 400),
            ("GET / HTTP/1.0\r\n" + String(repeating: "A: b\r\n", count: 200) + "\r\n", 431),
            (String(repeating: "G", count: 8192), 431),
            ("GET / HTTP/1.0\r\nA: " + String(repeating: "b", count: 9000), 431),
        ])
    func refusals(text: String, status: Int) {
        guard case .refused(let refused, let why) = reading(text) else {
            Issue.record("\(reading(text))")
            return
        }
        #expect(refused.rawValue == status, "\(why)")
    }

    @Test("A request among random words is as long as it says, and random bytes are none")
    func noise() {
        var random = SystemRandomNumberGenerator()
        let words = ["GET ", "/", " HTTP/1.1", "\r\n", "\n", ":", "Host: a", " ", "http://", "*", "\u{0}", "é"]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            let bytes = Array(text.joined().utf8)
            let read = HTTPReading(bytes)
            if case .request(_, let length) = read { #expect(HTTPReading(Array(bytes.prefix(length))) == read) }
            let others = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
            if case .request = HTTPReading(others) { Issue.record("\(others)") }
        }
    }

    @Test(
        "A scraper gets the format that it would rather have",
        arguments: [
            (nil, "text/plain"), ("*/*", "text/plain"), ("text/html", "text/plain"),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "application/openmetrics-text"
            ),
            ("application/openmetrics-text;q=0.4, text/plain", "text/plain"),
            ("application/openmetrics-text;q=0", "text/plain"),
            ("APPLICATION/OpenMetrics-Text", "application/openmetrics-text"),
        ] as [(String?, String)])
    func formats(accept: String?, type: String) {
        #expect(ExpositionFormat(accepted: accept).contentType.hasPrefix(type))
    }

    @Test(
        "Dates",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_795_575_600_000, "Wed, 25 Nov 2026 03:00:00 GMT"),
        ])
    func dates(milliseconds: Int64, text: String) {
        #expect(HTTPDate.text(Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test("HEAD has the length and no body; a refusal names what is allowed")
    func answers() {
        let time = Timestamp(milliseconds: 0)
        let response = HTTPResponse(contentType: "text/plain", Array("abc".utf8))
        #expect(response.pieces(hasBody: true, isLast: false, at: time).count == 2)
        let head = response.pieces(hasBody: false, isLast: true, at: time)
        #expect(head.count == 1)
        let text = String(decoding: head[0], as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\n"))
        #expect(text.contains("\r\nContent-Length: 3\r\n") && text.contains("\r\nConnection: close\r\n"))
        let refusal = HTTPResponse(.methodNotAllowed, "no").pieces(hasBody: true, isLast: true, at: time)
        #expect(String(decoding: refusal[0], as: UTF8.self).contains("\r\nAllow: GET, HEAD\r\n"))
    }
}
