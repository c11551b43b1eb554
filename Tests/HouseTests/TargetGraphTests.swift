import Testing

@Suite("Target graph")
struct TargetGraphTests {
    @Test("Package.swift declares the targets of the table and no edge that is not in it")
    func manifestFollowsTable() throws {
        let declared = try TargetGraph.declared()
        #expect(Set(declared.keys) == Set(TargetGraph.allowed.keys))
        for (target, dependencies) in declared {
            let surplus = dependencies.subtracting(TargetGraph.allowed[target] ?? [])
            #expect(surplus.isEmpty, "Package.swift: \(target) may not depend on \(surplus.sorted())")
        }
    }

    @Test("Every import is an edge of the table", arguments: TargetGraph.allowed.keys.sorted())
    func importsFollowTable(target: String) throws {
        var allowed = (TargetGraph.allowed[target] ?? []).union(TargetGraph.everywhere)
        if !TargetGraph.withoutFoundation.contains(target) { allowed.insert("Foundation") }
        for file in try SourceTree.files(below: "Sources/" + target, ending: [".swift"]) {
            for (index, line) in file.code.enumerated() {
                guard let module = TargetGraph.imported(by: line), !allowed.contains(module) else { continue }
                Issue.record("\(file.path):\(index + 1): \(target) may not import \(module)")
            }
        }
    }

    @Test("Every folder of Sources is a target of the table")
    func foldersAreTargets() throws {
        let files = try SourceTree.files(below: "Sources", ending: [".swift", ".c", ".h"])
        #expect(Set(files.map(\.target)).isSubset(of: TargetGraph.allowed.keys))
    }

    @Test(
        "Imports are recognised in all their spellings",
        arguments: [
            ("import Glibc", "Glibc"), ("package import DebVisorCore", "DebVisorCore"),
            ("@testable import Backups", "Backups"), ("@preconcurrency internal import GRDB", "GRDB"),
            ("import struct Foundation.Data", "Foundation"), ("    import CZstd", "CZstd"),
        ])
    func recognisesImports(line: String, module: String) {
        #expect(TargetGraph.imported(by: line) == module)
    }

    @Test("A word that begins like an import is none", arguments: ["importer.run()", "let import_ = 1", "// import X"])
    func recognisesNoImports(line: String) {
        #expect(TargetGraph.imported(by: line) == nil)
    }
}
