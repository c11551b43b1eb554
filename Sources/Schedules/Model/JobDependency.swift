import DebVisorCore

/// What must have gone well before a job runs: the last finished run of another one, and no older one still to come.
package struct JobRequirement: Sendable, Hashable {
    package var job: JobName
    /// How long ago it may have ended at most.
    package var withinSeconds: Int?

    package init(job: JobName, withinSeconds: Int? = nil) {
        self.job = job
        self.withinSeconds = withinSeconds
    }
}

/// What a job never runs beside, whichever of the two says so.
package enum JobConflict: Sendable, Hashable {
    case job(JobName)
    /// Two jobs that name the same resource exclude each other.
    case resource(String)

    /// Reads `JOB` or `resource:NAME`. - Throws: `usage`.
    package init(_ text: String) throws {
        let prefix = "resource:"
        guard text.hasPrefix(prefix) else {
            self = .job(try JobName(text))
            return
        }
        let name = text.dropFirst(prefix.count)
        guard !name.isEmpty, name.utf8.count <= 64, !name.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw Fault(.usage, "'\(text)' names no resource", hint: "write resource:NAME without blanks")
        }
        self = .resource(String(name))
    }
}

extension JobConflict: CustomStringConvertible {
    package var description: String {
        switch self {
        case .job(let name): name.text
        case .resource(let name): "resource:" + name
        }
    }
}

/// One edge between jobs, as records show it.
package struct JobDependency: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable { case require = "REQUIRE", conflict = "CONFLICT" }

    package var jobID: Int64
    /// The id of the other job; nil for a resource and for a job that does not exist any more.
    package var dependencyID: Int64?
    /// A job's name or `resource:NAME`.
    package var target: String
    package var kind: Kind
    package var withinSeconds: Int?
}
