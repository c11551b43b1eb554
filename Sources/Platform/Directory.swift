import DebVisorCore
import Glibc

/// What one does with directories and names, each call durable where it says so.
package enum Directory {
    /// Creates the directory and its parents with mode 0700, durably; what exists stays as it is.
    package static func create(_ path: String, _ purpose: StaticString) throws {
        guard !isDirectory(path) else { return }
        let parent = parent(of: path) ?? "/"
        if parent != path, !exists(parent) { try create(parent, purpose) }
        try DiskStep.perform(.mkdir, purpose, .mkdir(path)) {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw Fault.system(errno, "create directory", path)
            }
        }
        try synchronize(parent, purpose)
    }

    /// The names in a directory without `.` and `..`, sorted.
    package static func names(in path: String) throws -> [String] {
        guard let stream = opendir(path) else { throw Fault.system(errno, "list", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            // The end and an error look alike but for errno; half a list would hide what is there.
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw Fault.system(errno, "list", path) }
        return names.sorted()
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether the name itself is a symbolic link, wherever it leads.
    package static func isLink(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFLNK
    }

    /// Makes renames and removals in the directory durable.
    package static func synchronize(_ path: String, _ purpose: StaticString) throws {
        try DiskStep.perform(.dirsync, purpose, .dirsync(path)) {
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Fault.system(errno, "open", path) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw Fault.system(errno, "sync", path) }
        }
    }

    /// Renames within one file system, replacing what has the new name.
    package static func rename(_ old: String, to new: String, _ purpose: StaticString) throws {
        try DiskStep.perform(.rename, purpose, .rename(old, to: new)) {
            guard Glibc.rename(old, new) == 0 else { throw Fault.system(errno, "rename to '\(new)' from", old) }
        }
    }

    /// Gives a file a second name, which must be free. - Returns: false if it is not.
    package static func link(_ old: String, to new: String, _ purpose: StaticString) throws -> Bool {
        try DiskStep.perform(.link, purpose, .link(old, to: new)) {
            if Glibc.link(old, new) == 0 { return true }
            guard errno == EEXIST else { throw Fault.system(errno, "create", new) }
            return false
        }
    }

    /// Removes a file; true if it was there.
    @discardableResult
    package static func remove(_ path: String, _ purpose: StaticString) throws -> Bool {
        try DiskStep.perform(.unlink, purpose, .unlink(path)) {
            if unlink(path) == 0 { return true }
            if errno == ENOENT { return false }
            throw Fault.system(errno, "remove", path)
        }
    }

    /// Removes an empty directory; true if it was there.
    @discardableResult
    package static func removeDirectory(_ path: String, _ purpose: StaticString) throws -> Bool {
        try DiskStep.perform(.rmdir, purpose, .rmdir(path)) {
            if rmdir(path) == 0 { return true }
            if errno == ENOENT { return false }
            throw Fault.system(errno, "remove directory", path)
        }
    }

    /// The absolute path with links resolved; nil if it does not exist.
    package static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// `path` made absolute against the working directory, not resolved.
    package static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return String(cString: here) + "/" + path
    }

    package static func parent(of path: String) -> String? {
        var text = path[...]
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        guard let slash = text.lastIndex(of: "/") else { return "." }
        return slash == text.startIndex ? "/" : String(text[..<slash])
    }

    package static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Bytes free for this user on the file system of `path`.
    package static func freeBytes(at path: String) throws -> UInt64 { try space(at: path).free }

    /// Bytes of the file system of `path`, and those that are free for this user.
    package static func space(at path: String) throws -> (total: UInt64, free: UInt64) {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw Fault.system(errno, "inspect", path) }
        return (UInt64(info.f_blocks) * UInt64(info.f_frsize), UInt64(info.f_bavail) * UInt64(info.f_frsize))
    }
}
