import DebVisorCore
import Glibc
import Platform

/// The files of one run, in a directory of their own below the state directory.
///
/// `lock` is held by the run's supervisor as long as it lives, and says who that is. `result` is there from its end until
/// the ledger has it. The output stays until the retention removes it. The directory lies among those that are under way
/// until the ledger has the end and nothing but output is left; so what a crash leaves is found without looking at all.
struct RunFiles: Sendable {
    static let folder = "schedule-runs"
    static let activeFolder = folder + "/active"

    /// While the run is under way.
    let directory: String
    /// Of a run that is over, if it wrote anything.
    let kept: String
    let state: StateDirectory

    init(_ number: Int64, in state: StateDirectory) {
        self.state = state
        directory = state.file("\(Self.activeFolder)/\(number)")
        kept = state.file("\(Self.folder)/\(number)")
    }

    /// Numbers of runs that are under way, or were not tidied up after.
    static func active(in state: StateDirectory) -> [Int64] {
        ((try? Directory.names(in: state.file(activeFolder))) ?? []).compactMap { Int64($0) }
    }

    var lock: String { directory + "/lock" }
    var result: String { directory + "/result" }
    func spool(_ stream: RunOutput.Stream) -> String { "\(directory)/\(stream.rawValue)" }
    func pipe(_ stream: RunOutput.Stream) -> String { "\(directory)/\(stream.rawValue).pipe" }

    func create() throws { try Directory.create(directory, "run-directory") }

    /// Takes the supervisor's lock and signs it. Nil if another has it.
    func takeLock(_ holder: ClaimHolder?) throws -> File? {
        let file: File
        do {
            file = try File.create(lock, "run-lock")
        } catch let fault as Fault where fault.kind == .conflict {
            file = try File(lock, .readWrite)
        }
        guard try file.tryLock() else { return nil }
        let text = StringList.encode([holder?.description ?? ""])
        try file.truncate(to: 0, "run-lock")
        try text.withUnsafeBytes { try file.write($0, at: 0, "run-lock") }
        return file
    }

    /// Whether a supervisor lives, and who it says it is.
    func supervisor() throws -> (isAlive: Bool, process: RunProcess?) {
        let file: File
        do {
            file = try File(lock, .read)
        } catch let fault as Fault where fault.kind == .notFound {
            return (false, nil)
        }
        guard try file.isLocked(in: 0..<1) else { return (false, nil) }
        // It may be signing just now.
        let words = StringList.decode((try? ProcFile.read(lock, limit: 4096)) ?? [])
        return (true, words.first.flatMap { ClaimHolder($0)?.process })
    }

    /// What the supervisor of this claim wrote; nil if it wrote nothing that is whole.
    func readResult(claim: Int64) -> RunResult? {
        guard let bytes = try? DurableFile.read(result, limit: 1 << 20), let found = RunResult(bytes),
            found.claim == claim
        else { return nil }
        return found
    }

    func write(_ result: RunResult) throws { try DurableFile.write(result.encoded, to: self.result, "run-result") }

    /// What a stream has kept, wherever the directory is just now.
    func output(_ stream: RunOutput.Stream) throws -> RunOutput {
        try OutputSpool.readIfThere(spool(stream))
            ?? OutputSpool.readIfThere("\(kept)/\(stream.rawValue)") ?? RunOutput(head: [], dropped: 0, tail: [])
    }

    /// Removes what nobody needs once the ledger knows the end, and puts the output where it stays.
    func tidyUp(keepingOutput: Bool) {
        let spools = RunOutput.Stream.allCases.map(\.rawValue)
        for name in (try? Directory.names(in: directory)) ?? [] where !spools.contains(name) {
            _ = try? Directory.remove("\(directory)/\(name)", "run-trace")
        }
        guard keepingOutput, Directory.exists(directory) else { return Self.removeAll(directory) }
        if (try? Directory.rename(directory, to: kept, "run-directory")) == nil, Directory.exists(directory) {
            // Left by an older store that was in the place of this one. Never before the rename has failed: another look
            // may have put our output there just now.
            Self.removeAll(kept)
            _ = try? Directory.rename(directory, to: kept, "run-directory")
        }
    }

    /// Everything.
    func removeAll() {
        Self.removeAll(directory)
        Self.removeAll(kept)
    }

    private static func removeAll(_ directory: String) {
        guard Directory.exists(directory) else { return }
        for name in (try? Directory.names(in: directory)) ?? [] {
            _ = try? Directory.remove("\(directory)/\(name)", "run-directory")
        }
        _ = try? Directory.removeDirectory(directory, "run-directory")
    }
}
