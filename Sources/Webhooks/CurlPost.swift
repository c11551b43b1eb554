import CDynamicTables
import DebVisorCore
import Glibc

/// One POST.
struct CurlPost {
    var url: String
    /// `Name: value`.
    var headers: [String]
    var body: [UInt8]
    var limit: Duration
    var trustFile: String?

    struct Answer {
        var status: Int
        /// The first KiB of it.
        var text: String
    }

    /// Blocks the thread.
    /// - Parameter origin: what errors may say of the address.
    /// - Throws: `timeout`, `unavailable` without an answer, `usage` for an address that libcurl does not understand.
    func answer(from origin: String) throws -> Answer {
        let strings = headers.map { strdup($0) }
        let (address, trust) = (strdup(url), trustFile.flatMap { strdup($0) })
        defer { for string in strings + [address, trust] { free(string) } }
        var room = [CChar](repeating: 0, count: 1024)
        return try room.withUnsafeMutableBufferPointer { room in
            try (strings.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { list in
                try body.withUnsafeBytes { bytes in
                    var request = dv_curl_post()
                    (request.url, request.trust_file) = (UnsafePointer(address), UnsafePointer(trust))
                    (request.headers, request.timeout_ms) = (list.baseAddress, max(1, Int(limit / .milliseconds(1))))
                    (request.body, request.body_length) = (bytes.baseAddress, bytes.count)
                    (request.answer, request.answer_room) = (room.baseAddress, room.count)
                    let code = dv_curl_post(&request)
                    // An answer that is too long is one all the same.
                    if code != 0, request.status == 0 { throw Self.failure(code, request, origin) }
                    let text = room[..<request.answer_length].map { UInt8(bitPattern: $0) }
                    return Answer(status: request.status, text: String(decoding: text, as: UTF8.self))
                }
            }
        }
    }

    private static func failure(_ code: Int32, _ request: dv_curl_post, _ origin: String) -> Fault {
        let problem = withUnsafeBytes(of: request.problem) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        switch Int(code) {
        case -1:
            return Fault(.unavailable, "webhooks need libcurl", hint: "install libcurl4", cause: problem)
        case Int(DV_CURL_TIMED_OUT): return Fault(.timeout, "'\(origin)' did not answer in time")
        case Int(DV_CURL_BAD_ADDRESS):
            return Fault(.usage, "libcurl does not understand the address of '\(origin)'")
        default: return Fault(.unavailable, "'\(origin)' cannot be reached", cause: problem)
        }
    }
}
