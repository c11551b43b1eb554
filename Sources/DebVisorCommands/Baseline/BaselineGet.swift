import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// `debvisor baseline get`
struct BaselineGet: ReadingCommand {
    static let info = CommandInfo(
        "get", "Show the baseline of one series",
        discussion: """
            What is usual at each hour is shown as bars, from the least of them to the largest; with --plot the last week of \
            samples is drawn over it. Hours are those of UTC.
            """,
        examples: [
            Example("debvisor baseline get node_load1 --tag host=a", "in words", prints: "median"),
            Example("debvisor baseline get node_load1 --tag host=a --plot", "and drawn", prints: "median"),
            Example("debvisor baseline get node_load1 --tag host=a -o json", "for a program", prints: "percentiles"),
        ],
        statuses: .ofAStore + [.notFound], prints: BaselineRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.baseline), help: "Name of the metric")
        let tags = TagOptions()
        let plot = Flag("plot", help: "Draw the last week of samples over what is usual")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let tags = try args.tags.tagSet()
        let store = try context.anomalyStore(withBaselinesOf: args.name)
        let found = try store.findBaselines(args.name, tags)
        let exact = found.filter { $0.tags == tags.dictionary }
        let chosen = exact.isEmpty ? found : exact
        guard let label = chosen.first, chosen.count == 1 else {
            throw Fault(
                .usage, "\(found.count) series fit, \(found[0].text) and \(found[1].text) among them",
                hint: "say which with --tag KEY=VALUE")
        }
        let all = try store.baselines(args.name, label.tags)
        guard let saved = all.first(where: { $0.series.id == label.id }) else {
            throw AnomalyStore.noBaseline(args.name, among: [])
        }
        guard session.format == .table, !session.hasChosenFields else {
            if args.plot {
                throw Fault(.usage, "a plot is for people", hint: "leave out --plot, or -o and --fields")
            }
            return .one(BaselineRecord(saved: saved))
        }
        let story = BaselineStory(
            saved: saved, bars: session.plotSigns == .unicode ? BaselineStory.unicodeBars : BaselineStory.asciiBars)
        guard args.plot else { return .text(story.text) }
        let plot = try context.existingMetricStore().flatMap { try BaselinePlot(saved, $0)?.text(session) }
        return .text("\(story.text)\n\(plot ?? "its samples are not stored any more\n")")
    }
}
