import DebVisorCore
import Glibc
import Platform

/// The files of one run, in a directory of their own below the state directory.
///
/// `lock` is held by the run's supervisor as long as it lives, and says who that is. `result` is there from its end until
/// the ledger has it. The output stays until the retention removes it.
struct RunFiles: Sendable {
    static let folder = "schedule-runs"

    let directory: String
    let state: StateDirectory

    init(_ number: Int64, in state: StateDirectory) {
        self.state = state
        directory = state.file("\(Self.folder)/\(number)")
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

    /// What nobody needs once the ledger knows the end.
    func removeTraces(keepingOutput: Bool) {
        for path in [pipe(.output), pipe(.errors), result] { _ = try? Directory.remove(path, "run-trace") }
        if !keepingOutput { removeAll() }
    }

    /// The whole directory.
    func removeAll() {
        for name in (try? Directory.names(in: directory)) ?? [] {
            _ = try? Directory.remove("\(directory)/\(name)", "run-directory")
        }
        _ = try? Directory.removeDirectory(directory, "run-directory")
    }
}
