import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// `debvisor detect explain`
struct DetectExplain: ReadingCommand {
    static let info = CommandInfo(
        "explain", "Tell why something was found: what was expected, which evidence spoke, how rare that is",
        discussion: """
            With a plot of the samples around it, where they are still stored. Also says where false alarms had lowered the \
            weight of evidence, or have since.
            """,
        examples: [
            Example("debvisor detect explain 1", "in words, with a plot", prints: "was expected"),
            Example("debvisor detect explain 1 -o json", "for a program", prints: "rarity"),
        ],
        statuses: .ofAStore + [.notFound], prints: FindingRecord.self)

    struct Inputs: InputSet {
        let finding = Argument("ID", .object(ObjectKind.finding), help: "Number of the finding")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        guard let store = try context.existingAnomalyStore() else { throw AnomalyStore.noFinding(args.finding) }
        let finding = try store.finding(args.finding)
        guard session.format == .table, !session.hasChosenFields else { return .one(FindingRecord(finding: finding)) }
        let plot = try context.existingMetricStore().flatMap { try FindingPlot(finding, $0)?.text(session) }
        let heading = "finding \(finding.id), \(finding.severity?.rawValue ?? "none"): \(finding.series.label.text)\n"
        let sentences = (finding.sentences.dropFirst() + (try Self.feedback(finding, store))).map { "  \($0)\n" }
            .joined()
        let story = """
            \(heading)at \(finding.time): \(finding.message)
            \(sentences)anomaly score \(Self.rounded(finding.score)), recorded at \(finding.recordedAt)


            """
        return .text(story + (plot ?? "its samples are not stored any more\n"))
    }

    /// What was told of the finding, and what the same row would score under today's weights.
    private static func feedback(_ finding: Finding, _ store: AnomalyStore) throws -> [String] {
        var sentences: [String] = []
        if let told = finding.falseAlarm {
            sentences.append("a false alarm, as \(told.by) told at \(told.at)")
        }
        let weights = try store.weights(of: finding.series.label.id)
        guard weights != finding.weights else { return sentences }
        guard !weights.isFull else {
            return sentences + ["weights that were lowered then are 1 again: what was told was taken back"]
        }
        let lowered = weights.lowered.map { "\($0.name) \(Figures.text($0.weight))" }.joined(separator: ", ")
        sentences.append("false alarms have changed weights since, which are now: \(lowered)")
        if let score = finding.score(under: weights) {
            sentences.append("the same row would score \(FalseAlarmEffect.level(score)) now")
        }
        return sentences
    }

    private static func rounded(_ score: Double) -> Double { (score * 1000).rounded() / 1000 }
}
