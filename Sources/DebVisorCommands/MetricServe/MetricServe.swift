import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor metric serve`
struct MetricServe: ReadingCommand {
    static let info = CommandInfo(
        "serve", "Let Prometheus scrape the newest values, until stopped",
        discussion: """
            Answers GET and HEAD of /metrics over HTTP, in the text format 0.0.4 or as OpenMetrics, whichever the scraper asks for. \
            There is no encryption and no password, so let it listen to addresses that only those reach who may see the values; the \
            default is this host alone. Series that ended, and those without a sample for longer than --max-age, are left out.

            It only reads. Under systemd it says when it is ready. With -v each request is a line on stderr, with -o ndjson one on \
            stdout.
            """,
        examples: [
            Example(
                "debvisor metric serve --listen 127.0.0.1:0", "on a port that is free, which it says",
                prints: "http://127.0.0.1:")
        ],
        statuses: .ofAStore + [.notFound], prints: ServedRequest.self)

    struct Inputs: InputSet {
        let listen = Option(
            "listen", .listenAddress, default: ListenAddress(host: "127.0.0.1", port: 9177),
            help: "Address and port; port 0 is one that is free")
        let exposition = ExpositionOptions()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        if session.format != .table { try session.checkFollowing() }
        // What is wrong with the store is said now, not to the first scraper.
        _ = try context.existingMetricStore()
        let listener = try TCPListener(args.listen)
        let stop = try session.cancellationDescriptor()
        let options = args.exposition
        guard session.format == .ndjson else {
            return .pieces { emit in
                try emit("serving http://\(listener.address)/metrics\n")
                try await Self.serve(listener, options, context, until: stop) { request in
                    session.log("\(request.method ?? "-") \(request.path ?? "-") \(request.status)")
                }
            }
        }
        return .stream(of: ServedRequest.self) { emit in
            session.log("serving http://\(listener.address)/metrics")
            try await Self.serve(listener, options, context, until: stop) { request in
                do { try emit([request]) } catch { session.log("\(error)") }
            }
        }
    }

    private static func serve(
        _ listener: TCPListener, _ options: Parsed<ExpositionOptions>, _ context: AppContext, until stop: Int32,
        note: @escaping @Sendable (ServedRequest) -> Void
    ) async throws {
        try await Worker.run {
            // The store may come later than its server.
            var store: MetricStore?
            let service = ExpositionService(clock: context.clock) { now in
                store = try store ?? context.existingMetricStore()
                return Exposition(store: store, selection: SeriesSelection(), since: options.since(now))
            } note: {
                note($0)
            }
            TCPServer(listener).serve(until: stop, answer: service.answer)
        }
    }
}

extension ValueType where Value == ListenAddress {
    /// `127.0.0.1:9177`, `[::1]:9177`, `localhost:9177`.
    static var listenAddress: ValueType {
        ValueType(placeholder: "ADDRESS:PORT", text: { "\($0)" }) { text throws(ValueError) in
            guard let address = ListenAddress(text) else {
                throw ValueError("must be an address and a port, like 127.0.0.1:9177 or [::1]:9177")
            }
            return address
        }
    }
}
