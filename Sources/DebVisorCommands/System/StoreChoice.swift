import CommandKit
import DebVisorCore
import Storage

/// A store by its name.
enum StoreName: String, CaseIterable, Sendable {
    case backups, inventory, schedules, metrics, anomalies, alerts

    var store: StoreDescription {
        get throws {
            guard let store = Stores.all.first(where: { $0.name == rawValue }) else {
                throw Fault(.failed, "there is no store '\(rawValue)'")
            }
            return store
        }
    }
}

struct StoreOption: InputSet {
    let store = Option("store", .choice(StoreName.self), placeholder: "NAME", help: "This store alone; all without")
}

enum ExchangeTexts {
    /// What no store has.
    static let notIncluded = """
        Not in it are the backups themselves and the keys of their repositories, images of machines, configuration files, \
        and the output of jobs, which lies in files beside the scheduler's store.
        """
}
