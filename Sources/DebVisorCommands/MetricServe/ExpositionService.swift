import CommandKit
import DebVisorCore
import Metrics
import Platform

/// What `metric serve` answers: the newest values at `/metrics`. Owned by one thread.
final class ExpositionService {
    private let exposition: (Timestamp) throws -> Exposition
    private let clock: any WallClock
    private let note: (ServedRequest) -> Void
    private var recent: [String: (body: [UInt8], until: ContinuousClock.Instant)] = [:]

    /// - Parameters:
    ///   - exposition: what to show at a time.
    ///   - note: hears of each request.
    init(
        clock: any WallClock, exposition: @escaping (Timestamp) throws -> Exposition,
        note: @escaping (ServedRequest) -> Void
    ) {
        (self.clock, self.exposition, self.note) = (clock, exposition, note)
    }

    /// Answers what a connection has received.
    func answer(_ received: [UInt8]) -> TCPServer.Answer {
        switch HTTPReading(received) {
        case .incomplete: return .more
        case .refused(let status, let text):
            return reply(HTTPResponse(status, text), to: nil, length: received.count)
        case .request(let request, let length):
            return reply(response(to: request), to: request, length: length)
        }
    }

    private func reply(_ response: HTTPResponse, to request: HTTPRequest?, length: Int) -> TCPServer.Answer {
        let now = clock.now()
        let isLast = request?.isPersistent != true
        let pieces = response.pieces(hasBody: request?.method != "HEAD", isLast: isLast, at: now)
        note(
            ServedRequest(
                time: now, method: request?.method, path: request?.path, status: response.status.rawValue,
                bytes: pieces.reduce(0) { $0 + $1.count }))
        return .reply(pieces, to: length, thenCloses: isLast)
    }

    func response(to request: HTTPRequest) -> HTTPResponse {
        let texts = ["/": "debvisor: the newest values are at /metrics"]
        guard request.path == "/metrics" || texts[request.path] != nil else {
            return HTTPResponse(.notFound, "there is only /metrics here")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return HTTPResponse(.methodNotAllowed, "use GET")
        }
        if let text = texts[request.path] { return HTTPResponse(.ok, text) }
        let format = ExpositionFormat(accepted: request.header("accept"))
        do { return HTTPResponse(contentType: format.contentType, try body(format)) } catch {
            return HTTPResponse(.unavailable, "\(error)")
        }
    }

    /// Scrapers that come at once, and slow ones, share it: it is made at most once a second.
    private func body(_ format: ExpositionFormat) throws -> [UInt8] {
        if let known = recent[format.contentType], known.until > .now { return known.body }
        var body: [UInt8] = []
        _ = try exposition(clock.now()).write(format) { body += $0 }
        recent[format.contentType] = (body, .now + .seconds(1))
        return body
    }
}

extension ExpositionFormat {
    /// OpenMetrics if a client would rather have it than text (RFC 9110, 12.5.1).
    init(accepted: String?) {
        var (openMetrics, text) = (0.0, accepted == nil ? 1.0 : 0)
        for range in (accepted ?? "").lowercased().split(separator: ",") {
            let parts = range.split(separator: ";").map { HTTPText.trimmed($0) }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            switch parts.first {
            case "application/openmetrics-text": openMetrics = max(openMetrics, quality)
            case "text/plain", "text/*", "*/*": text = max(text, quality)
            default: break
            }
        }
        self = openMetrics > 0 && openMetrics >= text ? .openmetrics : .prometheus
    }
}

/// One request that was answered.
struct ServedRequest: Record {
    var time: Timestamp
    /// Nil for what is no request.
    var method: String?
    var path: String?
    var status: Int
    var bytes: Int

    static var fields: [Field<ServedRequest>] {
        [
            .string("timestamp", "When it was answered, RFC 3339") { $0.time.shortest },
            .string("method", "GET, HEAD or another; unknown for what was no request") { $0.method },
            .string("path", "What was asked for") { $0.path },
            .int("http_status", "200, 400, 404, 405, 431, 503 or 505") { $0.status },
            .bytes("sent_bytes", "The answer") { $0.bytes },
        ]
    }
}
