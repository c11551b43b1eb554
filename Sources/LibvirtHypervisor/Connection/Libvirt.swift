import CDynamicTables
import DebVisorCore
import Glibc

/// The functions of libvirt, loaded when first needed.
struct Libvirt: @unchecked Sendable {
    // Unchecked: the table is written once before its address is known and never again.
    let table: UnsafePointer<dv_libvirt>

    /// - Throws: `unavailable` if the library is not there.
    static func load() throws -> Libvirt {
        guard let table = dv_libvirt() else {
            let problem = dv_libvirt_problem().map { String(cString: $0) }
            throw Fault(.unavailable, "cannot load libvirt", hint: "install the package libvirt0", cause: problem)
        }
        return Libvirt(table: table)
    }

    /// The error that the last failed call on this thread left.
    func lastError() -> LibvirtError {
        guard let error = table.pointee.virGetLastError() else {
            return LibvirtError(code: Int32(VIR_ERR_INTERNAL_ERROR.rawValue), systemCode: 0, text: "no reason given")
        }
        let text = error.pointee.message.map { String(cString: $0) } ?? "no reason given"
        return LibvirtError(code: error.pointee.code, systemCode: error.pointee.int1, text: text)
    }

    /// Takes over a string that libvirt allocated.
    func string(_ owned: UnsafeMutablePointer<CChar>?, _ doing: @autoclosure () -> String) throws -> String {
        guard let owned else { throw lastError().fault(doing()) }
        defer { free(owned) }
        return String(cString: owned)
    }

    /// - Throws: the last error if `code` is negative.
    @discardableResult
    func check(_ code: Int32, _ doing: @autoclosure () -> String) throws -> Int32 {
        guard code >= 0 else { throw lastError().fault(doing()) }
        return code
    }
}
