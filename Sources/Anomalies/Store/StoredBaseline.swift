import DebVisorCore
import Foundation

/// A baseline as it lies in the store: JSON with a version.
struct StoredBaseline: Codable {
    private static let known = 1

    private var version = known
    private var count: Int
    private var mean: Double
    private var standardDeviation: Double
    private var least: Double
    private var most: Double
    private var percentiles: [Baseline.Percentile]
    private var rankError: Double
    private var since: Int64
    private var until: Int64
    private var step: Int64
    private var profiles: [SeasonalProfile]
    private var season: SeasonalProfile.Period?
    private var lacks: [String]

    static func text(of baseline: Baseline) throws -> String {
        let encoder = JSONEncoder()
        // A standard deviation can be beyond what a number holds.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let stored = StoredBaseline(
            count: baseline.count, mean: baseline.mean, standardDeviation: baseline.standardDeviation,
            least: baseline.least, most: baseline.most, percentiles: baseline.percentiles,
            rankError: baseline.rankError, since: baseline.since.milliseconds, until: baseline.until.milliseconds,
            step: baseline.step, profiles: baseline.profiles, season: baseline.season, lacks: baseline.lacks)
        return String(decoding: try encoder.encode(stored), as: UTF8.self)
    }

    /// - Throws: `attention` for one that a newer program wrote, or that cannot be read.
    static func baseline(_ text: String) throws -> Baseline {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let stored = try? decoder.decode(Self.self, from: Data(text.utf8)), stored.version == known else {
            throw Fault(
                .attention, "a baseline cannot be read: it is damaged, or of a newer version",
                hint: "make it anew with: debvisor baseline update")
        }
        return Baseline(
            count: stored.count, mean: stored.mean, standardDeviation: stored.standardDeviation, least: stored.least,
            most: stored.most, percentiles: stored.percentiles, rankError: stored.rankError,
            since: Timestamp(milliseconds: stored.since), until: Timestamp(milliseconds: stored.until),
            step: stored.step, profiles: stored.profiles, season: stored.season, lacks: stored.lacks)
    }
}
