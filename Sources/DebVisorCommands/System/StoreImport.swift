import CommandKit
import DebVisorCore
import Platform
import Schedules
import Storage

/// Stores of a file that are to replace those of this state directory.
struct StoreImport: Sendable {
    let exported: ExportedFile
    let context: AppContext
    let chosen: [(store: StoreDescription, content: ExportedFile.Member)]

    /// - Parameter only: the one store that is wanted.
    /// - Throws: `usage` if the file is one store and nobody says which, `notFound` if it lacks the one that is wanted.
    init(_ exported: ExportedFile, _ only: StoreDescription?, _ context: AppContext) throws {
        (self.exported, self.context) = (exported, context)
        let path = exported.name
        guard exported.isArchive else {
            guard let only, let content = exported.members.first else {
                throw Fault(
                    .usage, "'\(path)' is a single store", hint: "say which one it is: --store NAME")
            }
            chosen = [(only, content)]
            return
        }
        chosen = Stores.all.compactMap { store in
            guard only == nil || only?.name == store.name else { return nil }
            return exported.members.first { $0.name == Directory.name(of: store.path) }.map { (store, $0) }
        }
        guard !chosen.isEmpty else {
            throw Fault(
                .notFound, only.map { "'\(path)' has no store '\($0.name)'" } ?? "'\(path)' has no store",
                hint: "see what it has: tar -tf \(path)")
        }
    }

    func steps() throws -> [Step] {
        try chosen.map { store, content in
            let old = try Store.size(store, in: context.stateDirectory)
            return Step(
                old == nil ? "make" : "replace", "store \(store.name)",
                detail: old.map { "of \($0), which is kept beside" }, sizeBytes: content.size)
        }
    }

    /// A run that is under way would note its end in a ledger that does not know it.
    /// - Throws: `conflict`.
    func checkJobs() throws {
        guard replaces(ScheduleStore.store) else { return }
        let size = try context.stateDirectory.size(of: ScheduleStore.store.path)
        // A damaged ledger is replaced all the same.
        guard size != nil, let runs = try? context.existingScheduleStore()?.current(),
            let run = runs.first(where: { $0.status == .running })
        else { return }
        throw Fault(
            .conflict, "run \(run.id) of '\(run.job)' is going on",
            hint: "wait for it, debvisor schedule wait \(run.id), or end it, debvisor schedule cancel \(run.id)")
    }

    func run() async throws -> Report {
        try await Worker.run {
            try checkJobs()
            let former = try ledger()
            let replacements = try prepare()
            let records = try install(replacements)
            var report = Report.list(records)
            if replaces(ScheduleStore.store) { report.warnings += [followLedger(former)].compactMap(\.self) }
            return report
        }
    }

    private func replaces(_ store: StoreDescription) -> Bool { chosen.contains { $0.store.name == store.name } }

    /// All of them are whole before the first one is put in place.
    private func prepare() throws -> [StoreReplacement] {
        var made: [StoreReplacement] = []
        do {
            for (store, content) in chosen {
                made.append(
                    try StoreReplacement(store, in: context.stateDirectory, with: content, of: exported))
            }
            return made
        } catch {
            made.forEach { $0.discard() }
            throw error
        }
    }

    private func install(_ replacements: [StoreReplacement]) throws -> [StoreImportRecord] {
        let stamp = context.clock.now().description.filter { $0 != ":" && $0 != "-" }
        var records: [StoreImportRecord] = []
        for (index, replacement) in replacements.enumerated() {
            let path = context.stateDirectory.file(replacement.description.path)
            do {
                let kept = try replacement.install(keepingAs: "\(path).before-\(stamp)")
                records.append(
                    StoreImportRecord(
                        name: replacement.description.name, path: path, size: ByteCount(chosen[index].content.size),
                        kept: kept))
            } catch var fault as Fault {
                replacements[index...].forEach { $0.discard() }
                if !records.isEmpty {
                    fault.message += "; replaced before: \(records.map(\.name).joined(separator: ", "))"
                }
                throw fault
            }
        }
        return records
    }

    private func ledger() throws -> String? {
        guard replaces(ScheduleStore.store) else { return nil }
        return try? context.existingScheduleStore()?.lastEnding().ledger
    }

    /// What belongs to the ledger that was there: outputs of other runs under the same numbers, and which of its endings were
    /// counted. - Returns: a warning.
    private func followLedger(_ former: String?) -> String? {
        do {
            guard let store = try context.existingScheduleStore() else { return nil }
            if let former, try store.lastEnding().ledger != former {
                try ScheduleStore.setOutputAside(in: context.stateDirectory, as: former)
            }
            return context.skipEndings(of: store)
        } catch {
            return "the output of older runs was not set aside: \(error)"
        }
    }
}
