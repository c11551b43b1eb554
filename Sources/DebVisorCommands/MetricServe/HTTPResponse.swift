import DebVisorCore

/// How a request ends.
enum HTTPStatus: Int, Sendable {
    case ok = 200
    case badRequest = 400
    case notFound = 404
    case methodNotAllowed = 405
    case tooLarge = 431
    case unavailable = 503
    case versionNotSupported = 505

    var reason: String {
        switch self {
        case .ok: "OK"
        case .badRequest: "Bad Request"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .tooLarge: "Request Header Fields Too Large"
        case .unavailable: "Service Unavailable"
        case .versionNotSupported: "HTTP Version Not Supported"
        }
    }
}

/// An answer of HTTP/1.1.
struct HTTPResponse: Sendable {
    var status: HTTPStatus
    var contentType = "text/plain; charset=utf-8"
    var body: [UInt8]

    init(_ status: HTTPStatus, _ text: String) { (self.status, body) = (status, Array("\(text)\n".utf8)) }

    init(contentType: String, _ body: [UInt8]) { (status, self.contentType, self.body) = (.ok, contentType, body) }

    /// As it is sent.
    /// - Parameters:
    ///   - hasBody: false answers HEAD, with the length that GET would have.
    ///   - isLast: the connection ends afterwards.
    func pieces(hasBody: Bool, isLast: Bool, at time: Timestamp) -> [[UInt8]] {
        var head = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\nDate: \(HTTPDate.text(time))\r\n"
        head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        head += "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        if status == .methodNotAllowed { head += "Allow: GET, HEAD\r\n" }
        head += "Connection: \(isLast ? "close" : "keep-alive")\r\n\r\n"
        return hasBody ? [Array(head.utf8), body] : [Array(head.utf8)]
    }
}

/// `Wed, 25 Nov 2026 03:00:00 GMT` (RFC 9110, 5.6.7).
enum HTTPDate {
    static func text(_ time: Timestamp) -> String {
        let parts = time.description.split { "-T:Z".contains($0) }.map(String.init)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = Int((time.seconds % 604_800 + 604_800) % 604_800 / 86_400)
        guard parts.count == 6, let month = Int(parts[1]), months.indices.contains(month - 1) else { return "" }
        return "\(days[day]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
    }
}
