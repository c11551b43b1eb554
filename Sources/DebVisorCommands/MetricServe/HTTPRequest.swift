/// The head of a request of HTTP/1.1 (RFC 9112), as far as a server that only shows things needs it.
struct HTTPRequest: Sendable, Equatable {
    var method: String
    /// Without the query.
    var path: String
    /// Names in lower case, in their order.
    var headers: [(name: String, value: String)]
    /// Whether the client may ask again on this connection.
    var isPersistent: Bool

    /// The value of a header, of several all of them.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    static func == (a: HTTPRequest, b: HTTPRequest) -> Bool {
        a.method == b.method && a.path == b.path && a.isPersistent == b.isPersistent
            && a.headers.elementsEqual(b.headers) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// What the bytes of a connection are.
enum HTTPReading: Sendable, Equatable {
    case incomplete
    /// A request, and how many bytes its head has.
    case request(HTTPRequest, length: Int)
    /// What no server has to understand: the connection ends with this answer.
    case refused(HTTPStatus, String)

    /// A head is not longer.
    static let longest = 8192

    init(_ bytes: [UInt8]) {
        // Line ends before a request are passed over (RFC 9112, 2.2).
        let start = bytes.prefix(4).prefix { $0 == 13 || $0 == 10 }.count
        // What cannot become a request is refused at once: TLS, other protocols, noise.
        if let first = bytes.dropFirst(start).first, !HTTPText.isToken(first) {
            self = .refused(.badRequest, "this is no HTTP")
            return
        }
        guard let end = Self.end(of: bytes, from: start) else {
            self = bytes.count < Self.longest ? .incomplete : .refused(.tooLarge, "the head is larger than 8 KiB")
            return
        }
        guard end.head <= Self.longest else {
            self = .refused(.tooLarge, "the head is larger than 8 KiB")
            return
        }
        do throws(HTTPProblem) {
            self = .request(try HTTPRequest(Array(bytes[start..<end.head])), length: end.next)
        } catch {
            self = .refused(error.status, error.text)
        }
    }

    /// Where the empty line begins, and where it ends.
    private static func end(of bytes: [UInt8], from start: Int) -> (head: Int, next: Int)? {
        var place = start
        while let feed = bytes[place...].firstIndex(of: 10) {
            if feed + 1 < bytes.count, bytes[feed + 1] == 10 { return (feed, feed + 2) }
            if feed + 2 < bytes.count, bytes[feed + 1] == 13, bytes[feed + 2] == 10 { return (feed, feed + 3) }
            place = feed + 1
        }
        return nil
    }
}

/// Why a request is refused.
struct HTTPProblem: Error {
    var status: HTTPStatus
    var text: String

    init(_ status: HTTPStatus, _ text: String) { (self.status, self.text) = (status, text) }
}

extension HTTPRequest {
    /// From the lines of a head, without the empty one.
    init(_ head: [UInt8]) throws(HTTPProblem) {
        guard head.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 }) else {
            throw HTTPProblem(.badRequest, "there are control characters in the head")
        }
        let lines = head.split(separator: 10, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        }
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, words[0].utf8.allSatisfy(HTTPText.isToken), !words[0].isEmpty else {
            throw HTTPProblem(.badRequest, "the first line is no request")
        }
        guard words[2].hasPrefix("HTTP/") else { throw HTTPProblem(.badRequest, "the first line is no request") }
        guard ["HTTP/1.0", "HTTP/1.1"].contains(words[2]) else {
            throw HTTPProblem(.versionNotSupported, "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        guard lines.count <= 101 else { throw HTTPProblem(.tooLarge, "there are more than 100 headers") }
        (method, path) = (words[0], try Self.path(of: words[1]))
        headers = try lines.dropFirst().map { line throws(HTTPProblem) in try Self.header(line) }
        isPersistent = false
        isPersistent = try persistence(words[2])
    }

    /// Of `/path?query` or `http://host/path`; `*` stays.
    private static func path(of target: String) throws(HTTPProblem) -> String {
        var rest = target[...]
        if rest.lowercased().hasPrefix("http://") {
            rest = rest.dropFirst(7)
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        guard rest.hasPrefix("/") || rest == "*" else { throw HTTPProblem(.badRequest, "the target is no path") }
        return String(rest.prefix { $0 != "?" && $0 != "#" })
    }

    private static func header(_ line: String) throws(HTTPProblem) -> (name: String, value: String) {
        // A line that goes on where the one before ended begins with a blank, which is no longer allowed.
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
            line[..<colon].utf8.allSatisfy(HTTPText.isToken)
        else { throw HTTPProblem(.badRequest, "a line of the head is no header") }
        return (line[..<colon].lowercased(), HTTPText.trimmed(line[line.index(after: colon)...]))
    }

    /// Bodies are not read, so after a request with one the connection ends.
    private func persistence(_ version: String) throws(HTTPProblem) -> Bool {
        let hosts = headers.count { $0.name == "host" }
        guard hosts == 1 || hosts == 0 && version == "HTTP/1.0" else {
            throw HTTPProblem(.badRequest, "a request has one header Host")
        }
        let options = (header("connection") ?? "").lowercased().split(separator: ",").map { HTTPText.trimmed($0) }
        let isKept = version == "HTTP/1.1" ? !options.contains("close") : options.contains("keep-alive")
        let hasBody = header("transfer-encoding") != nil || (header("content-length") ?? "0") != "0"
        return isKept && !hasBody
    }
}

/// The characters of HTTP.
enum HTTPText {
    /// RFC 9110, 5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
