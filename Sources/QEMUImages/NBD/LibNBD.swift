import CDynamicTables
import DebVisorCore

/// The functions of libnbd, loaded when first needed.
struct LibNBD: @unchecked Sendable {
    // Unchecked: the table is written once before its address is known and never again.
    let table: UnsafePointer<dv_libnbd>

    /// - Throws: `unavailable` if the library is not there.
    static func load() throws -> LibNBD {
        guard let table = dv_libnbd() else {
            let problem = dv_libnbd_problem().map { String(cString: $0) }
            throw Fault(.unavailable, "cannot load libnbd", hint: "install the package libnbd0", cause: problem)
        }
        return LibNBD(table: table)
    }

    /// What the last failed call on this thread said.
    var lastError: (text: String, code: Int32) {
        let text = table.pointee.nbd_get_error().map { String(cString: $0) } ?? "no reason given"
        return (text, table.pointee.nbd_get_errno())
    }
}
