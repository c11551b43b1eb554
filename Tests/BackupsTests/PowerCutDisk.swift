import Foundation
import Platform

/// A disk with a cache that a power cut loses: what POSIX lets happen to a directory while a program works in it.
///
/// Content is durable after its file's sync, a name after its directory's. Of what was not synced any part may be there
/// afterwards. Renames within a file system are atomic, on every file system there is.
final class PowerCutDisk {
    indirect enum Node: Equatable {
        case file(Int)
        case directory([String: Node])
    }

    /// One change that is not durable yet.
    struct Pending {
        enum Effect {
            case content(file: Int, offset: Int, [UInt8])
            case size(file: Int, Int)
            case names([(path: [String], node: Node?)], directory: [String])
        }
        var effect: Effect
    }

    private var durable: Node
    private var contents: [Int: [UInt8]] = [:]
    private(set) var pending: [Pending] = []
    /// Names as a program sees them.
    private var visible: Node
    private let root: String
    /// Files by the name under which they were made: a program that has one open goes on calling it that.
    private var made: [String: Int] = [:]

    /// Begins with what lies below `root`, all of it durable.
    init(_ root: String) throws {
        self.root = root
        durable = .directory([:])
        visible = durable
        durable = try load(root)
        visible = durable
    }

    private func load(_ path: String) throws -> Node {
        guard Directory.isDirectory(path) else {
            contents[contents.count] = try DurableFile.read(path)
            return .file(contents.count - 1)
        }
        return .directory(
            try Dictionary(uniqueKeysWithValues: Directory.names(in: path).map { ($0, try load("\(path)/\($0)")) }))
    }

    /// Takes a change that the program made. What lies elsewhere is none of ours.
    func apply(_ change: DiskChange) {
        switch change {
        case .create(let path):
            guard let parts = parts(path) else { return }
            contents[contents.count] = []
            made[path] = contents.count - 1
            set([(parts, .file(contents.count - 1))], in: parts.dropLast())
        case .write(let path, let offset, let bytes):
            if let file = file(path) { pending.append(Pending(effect: .content(file: file, offset: offset, bytes))) }
        case .truncate(let path, let size):
            if let file = file(path) { pending.append(Pending(effect: .size(file: file, size))) }
        case .rename(let old, let new):
            guard let from = parts(old), let to = parts(new), let node = node(visible, from[...]) else { return }
            set([(from, nil), (to, node)], in: to.dropLast())
        case .link(let old, let new):
            guard let from = parts(old), let to = parts(new), let node = node(visible, from[...]) else { return }
            set([(to, node)], in: to.dropLast())
        case .unlink(let path), .rmdir(let path):
            guard let parts = parts(path), node(visible, parts[...]) != nil else { return }
            set([(parts, nil)], in: parts.dropLast())
        case .mkdir(let path):
            guard let parts = parts(path), node(visible, parts[...]) == nil else { return }
            set([(parts, .directory([:]))], in: parts.dropLast())
        case .sync(let path):
            if let file = file(path) { settle { Self.file(of: $0) == file } }
        case .dirsync(let path):
            guard let parts = parts(path) else { return }
            settle { if case .names(_, let directory) = $0.effect { directory == parts } else { false } }
        case .commit: break
        }
    }

    /// What the disk may hold after a cut now, each as its tree and contents, without doubles: of what is not durable
    /// nothing, all, all but one, all up to one, and the last one torn.
    var remains: [Remains] {
        let count = pending.count
        var choices = [Set<Int>(), Set(0..<count)]
        for lost in 0..<count { choices.append(Set(0..<count).subtracting([lost])) }
        // A journal that is written in order keeps these.
        for end in 0..<count { choices.append(Set(0..<end)) }
        var found = choices.map { remains(keeping: $0, torn: nil) }
        if let last = pending.indices.last, case .content = pending[last].effect {
            found.append(remains(keeping: Set(0..<count), torn: last))
        }
        var seen: Set<Remains> = []
        return found.filter { seen.insert($0).inserted }
    }

    /// Files by path; directories with nil.
    struct Remains: Hashable {
        var entries: [String: [UInt8]?] = [:]

        /// Names and sizes: contents are compared, which is quick where they are the same array.
        func hash(into hasher: inout Hasher) {
            for (path, bytes) in entries.sorted(by: { $0.key < $1.key }) {
                hasher.combine(path)
                hasher.combine(bytes?.count)
            }
        }

        func write(to directory: String) throws {
            for (path, bytes) in entries.sorted(by: { $0.key < $1.key }) {
                let place = "\(directory)/\(path)"
                if let bytes {
                    try Data(bytes).write(to: URL(fileURLWithPath: place))
                } else {
                    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                }
            }
        }
    }

    private func remains(keeping kept: Set<Int>, torn: Int?) -> Remains {
        var (tree, contents) = (durable, contents)
        for (number, change) in pending.enumerated() where kept.contains(number) {
            Self.make(change, in: &tree, &contents, torn: number == torn)
        }
        var result = Remains()
        Self.collect(tree, "", contents, into: &result)
        return result
    }

    private static func collect(_ node: Node, _ path: String, _ contents: [Int: [UInt8]], into result: inout Remains) {
        switch node {
        case .file(let number): result.entries[path] = contents[number] ?? []
        case .directory(let names):
            if !path.isEmpty { result.entries[path] = .some(nil) }
            for (name, child) in names {
                collect(child, path.isEmpty ? name : "\(path)/\(name)", contents, into: &result)
            }
        }
    }

    private static func make(
        _ change: Pending, in tree: inout Node, _ contents: inout [Int: [UInt8]], torn: Bool = false
    ) {
        switch change.effect {
        case .content(let file, let offset, let bytes):
            let bytes = torn ? Array(bytes[..<(bytes.count / 2)]) : bytes
            var content = contents[file] ?? []
            let end = offset + bytes.count
            if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
            content.replaceSubrange(offset..<end, with: bytes)
            contents[file] = content
        case .size(let file, let size):
            let content = contents[file] ?? []
            contents[file] =
                content.count >= size
                ? Array(content[..<size]) : content + [UInt8](repeating: 0, count: size - content.count)
        case .names(let changes, _):
            for (path, node) in changes { put(node, at: path[...], in: &tree) }
        }
    }

    /// A name in a directory that was lost is lost with it.
    private static func put(_ node: Node?, at path: ArraySlice<String>, in tree: inout Node) {
        guard case .directory(var names) = tree, let name = path.first else { return }
        if path.count == 1 {
            names[name] = node
        } else if var child = names[name] {
            put(node, at: path.dropFirst(), in: &child)
            names[name] = child
        }
        tree = .directory(names)
    }

    private func set(_ changes: [(path: [String], node: Node?)], in directory: ArraySlice<String>) {
        for (path, node) in changes { Self.put(node, at: path[...], in: &visible) }
        pending.append(Pending(effect: .names(changes, directory: Array(directory))))
    }

    private func settle(_ isSettled: (Pending) -> Bool) {
        for change in pending where isSettled(change) { Self.make(change, in: &durable, &contents) }
        pending.removeAll(where: isSettled)
    }

    private static func file(of change: Pending) -> Int? {
        switch change.effect {
        case .content(let file, _, _), .size(let file, _): file
        case .names: nil
        }
    }

    private func parts(_ path: String) -> [String]? {
        guard path == root || path.hasPrefix(root + "/") else { return nil }
        return path.dropFirst(root.count).split(separator: "/").map(String.init)
    }

    private func node(_ tree: Node, _ path: ArraySlice<String>) -> Node? {
        guard let name = path.first else { return tree }
        guard case .directory(let names) = tree, let child = names[name] else { return nil }
        return node(child, path.dropFirst())
    }

    private func file(_ path: String) -> Int? {
        if let number = made[path] { return number }
        guard let parts = parts(path), case .file(let number) = node(visible, parts[...]) else { return nil }
        return number
    }
}
