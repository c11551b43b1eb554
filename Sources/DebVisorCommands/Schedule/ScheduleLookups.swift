import CommandKit
import DebVisorCore
import Schedules

extension ScheduleStore {
    /// The job of this name. - Throws: `notFound` with the nearest name as a hint.
    func find(_ text: String) throws -> ScheduledJob {
        if let name = try? JobName(text), let found = try job(name) { return found }
        throw try noJob(text)
    }

    func noJob(_ text: String) throws -> Fault {
        return Fault(
            .notFound, "there is no job '\(text)'",
            hint: Suggestion.hint(for: text, among: try names(), otherwise: "see them with: debvisor schedule list"))
    }

    /// What a job would require is there. - Throws: `notFound` with the nearest name as a hint.
    func checkRequirements(of definition: JobDefinition, butNot known: [JobRequirement] = []) throws {
        let names = Set(known.map(\.job))
        for requirement in definition.requirements where !names.contains(requirement.job) {
            _ = try find(requirement.job.text)
        }
    }

    /// A run by its id or number; a job's name stands for its newest run that began, else for its newest.
    func findRun(_ text: String) throws -> JobRun {
        if let name = try? JobName(text), try job(name) != nil {
            var query = RunQuery(job: name)
            query.limit = 20
            let runs = try history(query)
            guard let run = runs.first(where: { $0.startedAt != nil }) ?? runs.first else {
                throw Fault(
                    .notFound, "the job '\(text)' has not run yet",
                    hint: "run it now with: debvisor schedule execute \(text)")
            }
            return run
        }
        do { return try run(text) } catch let fault as Fault where fault.kind == .usage {
            // What is no id is taken for the name of a job.
            throw try noJob(text)
        }
    }
}

extension AppContext {
    /// For a command about one job that must be there. - Throws: `notFound`.
    func scheduleStore(with job: String) throws -> (ScheduleStore, ScheduledJob) {
        guard let store = try existingScheduleStore() else {
            throw Fault(
                .notFound, "there is no job '\(job)'",
                hint: "add it with: debvisor schedule add \(job) --cron EXPR -- …")
        }
        return (store, try store.find(job))
    }

    /// For a command about one run that must be there. - Throws: `notFound`.
    func scheduleStore(withRun run: String) throws -> (ScheduleStore, JobRun) {
        guard let store = try existingScheduleStore() else {
            throw Fault(.notFound, "there is no run '\(run)'", hint: "see them with: debvisor schedule history")
        }
        return (store, try store.findRun(run))
    }
}

extension [ExitStatus] {
    /// What every command may end with that opens a store.
    static let ofAStore: [ExitStatus] = [.denied, .conflict, .timeout, .attention]
}
