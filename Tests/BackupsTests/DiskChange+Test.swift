import Foundation
import Platform

@testable import Backups

extension DiskChange {
    func isBelow(_ root: String) -> Bool {
        switch self {
        case .create(let path), .write(let path, _, _), .truncate(let path, _), .sync(let path), .rename(let path, _),
            .link(let path, _), .unlink(let path), .mkdir(let path), .rmdir(let path), .dirsync(let path):
            path.hasPrefix(root)
        case .commit: false
        }
    }

    /// The same change in the repository of another fixture.
    func moved(from: BackupFixture, to: BackupFixture) -> DiskChange {
        func path(_ text: String) -> String {
            text.replacingOccurrences(of: from.repository.directory.path, with: to.repository.directory.path)
        }
        switch self {
        case .create(let at): return .create(path(at))
        case .write(let at, let offset, let bytes): return .write(path(at), offset: offset, bytes)
        case .truncate(let at, let size): return .truncate(path(at), size: size)
        case .sync(let at): return .sync(path(at))
        case .rename(let old, let new): return .rename(path(old), to: path(new))
        case .link(let old, let new): return .link(path(old), to: path(new))
        case .unlink(let at): return .unlink(path(at))
        case .mkdir(let at): return .mkdir(path(at))
        case .rmdir(let at): return .rmdir(path(at))
        case .dirsync(let at): return .dirsync(path(at))
        case .commit: return self
        }
    }
}
