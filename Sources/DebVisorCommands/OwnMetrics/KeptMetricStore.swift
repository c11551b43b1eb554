import Metrics
import Platform
import Storage

/// The store of metrics for whoever writes to it often: opened once, and anew if another file was put in its place.
final class KeptMetricStore: Sendable {
    private let opened = Locked<(store: MetricStore, inode: UInt64?)?>(nil)

    func store(_ context: AppContext) throws -> MetricStore {
        let path = context.stateDirectory.file(MetricStore.store.path)
        return try opened.withLock { opened in
            if let opened, opened.inode != nil, opened.inode == FileStatus.inode(of: path) { return opened.store }
            opened = nil
            let store = try context.metricStore()
            opened = (store, FileStatus.inode(of: path))
            return store
        }
    }
}
