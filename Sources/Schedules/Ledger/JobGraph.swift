import GRDB

/// Who requires whom, and who excludes whom.
struct JobGraph {
    private let requirements: [Int64: [JobDependency]]
    /// Jobs that a job's definition excludes.
    private var excluded: [Int64: Set<Int64>] = [:]
    private var resources: [Int64: Set<String>] = [:]
    private let names: [Int64: String]
    let isEmpty: Bool

    init(_ database: Database) throws {
        let all = try ScheduleStore.dependencies(database)
        isEmpty = all.isEmpty
        requirements = all.mapValues { $0.filter { $0.kind == .require } }
        for (job, dependencies) in all {
            for dependency in dependencies where dependency.kind == .conflict {
                if let other = dependency.dependencyID {
                    excluded[job, default: []].insert(other)
                } else if dependency.target.hasPrefix("resource:") {
                    resources[job, default: []].insert(dependency.target)
                }
            }
        }
        let rows = isEmpty ? [] : try Row.fetchAll(database, sql: "SELECT id, name FROM jobs")
        names = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    func requirements(of job: Int64) -> [JobDependency] { requirements[job] ?? [] }

    func name(of job: Int64) -> String { names[job] ?? "?" }

    /// What keeps two jobs apart: the other's name, or a resource. Nil if they may run together.
    func conflict(_ job: Int64, _ other: Int64) -> String? {
        if excluded[job]?.contains(other) == true || excluded[other]?.contains(job) == true { return name(of: other) }
        return resources[job].flatMap { own in resources[other].flatMap { own.intersection($0).min() } }
    }
}
