import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// `debvisor detect explain`
struct DetectExplain: ReadingCommand {
    static let info = CommandInfo(
        "explain", "Tell why something was found: what was expected, which evidence spoke, how rare that is",
        discussion: "With a plot of the samples around it, where they are still stored.",
        examples: [
            Example("debvisor detect explain 1", "in words, with a plot", prints: "was expected"),
            Example("debvisor detect explain 1 -o json", "for a program", prints: "rarity"),
        ],
        statuses: .ofAStore + [.notFound], prints: FindingRecord.self)

    struct Inputs: InputSet {
        let finding = Argument("ID", .object(ObjectKind.finding), help: "Number of the finding")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        guard let store = try context.existingAnomalyStore() else {
            throw Fault(
                .notFound, "there is no finding '\(args.finding)'", hint: "look for some with: debvisor detect run")
        }
        let finding = try store.finding(args.finding)
        guard session.format == .table, !session.hasChosenFields else { return .one(FindingRecord(finding: finding)) }
        let plot = try context.existingMetricStore().flatMap { try FindingPlot(finding, $0)?.text(session) }
        let heading = "finding \(finding.id), \(finding.severity?.rawValue ?? "none"): \(finding.series.label.text)\n"
        let sentences = finding.sentences.dropFirst().map { "  \($0)\n" }.joined()
        let story = """
            \(heading)at \(finding.time): \(finding.message)
            \(sentences)anomaly score \(Self.rounded(finding.score)), recorded at \(finding.recordedAt)


            """
        return .text(story + (plot ?? "its samples are not stored any more\n"))
    }

    private static func rounded(_ score: Double) -> Double { (score * 1000).rounded() / 1000 }
}
