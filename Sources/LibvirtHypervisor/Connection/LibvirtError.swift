import CDynamicTables
import DebVisorCore
import Glibc

/// Why a call of libvirt failed.
struct LibvirtError: Error {
    /// A `virErrorNumber`.
    var code: Int32
    /// The `errno` behind a system error.
    var systemCode: Int32
    var text: String

    func isOne(of codes: virErrorNumber...) -> Bool { codes.contains { Int32($0.rawValue) == code } }

    /// Whether a job may be possible without checkpoints that was refused with them. What it is not about comes back
    /// when it is tried so.
    var mayBeAboutCheckpoints: Bool {
        isOne(
            of: VIR_ERR_CHECKPOINT_INCONSISTENT, VIR_ERR_NO_DOMAIN_CHECKPOINT, VIR_ERR_INVALID_DOMAIN_CHECKPOINT,
            VIR_ERR_OPERATION_INVALID, VIR_ERR_OPERATION_UNSUPPORTED, VIR_ERR_CONFIG_UNSUPPORTED,
            VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_INVALID_ARG, VIR_ERR_INTERNAL_ERROR, VIR_ERR_OPERATION_FAILED,
            VIR_ERR_XML_ERROR, VIR_ERR_XML_INVALID_SCHEMA)
    }

    /// The error in a person's words. The kind follows from the code alone, never from the text.
    func fault(_ doing: String) -> Fault {
        switch kind {
        case .denied:
            Fault(.denied, "cannot \(doing)", hint: "join the group libvirt, or run as root", cause: text)
        case .timeout:
            Fault(.timeout, "cannot \(doing)", hint: "the machine is busy with another job; try again", cause: text)
        case .unavailable where isOne(of: VIR_ERR_NO_SUPPORT, VIR_ERR_OPERATION_UNSUPPORTED, VIR_ERR_CONFIG_UNSUPPORTED):
            Fault(
                .unavailable, "cannot \(doing)",
                hint: "this hypervisor's driver cannot do it; another URI may: --connect", cause: text)
        case let kind:
            Fault(kind, "cannot \(doing)", cause: text)
        }
    }

    private var kind: Fault.Kind {
        switch virErrorNumber(UInt32(bitPattern: code)) {
        case VIR_ERR_NO_DOMAIN, VIR_ERR_NO_STORAGE_POOL, VIR_ERR_NO_STORAGE_VOL, VIR_ERR_NO_NETWORK,
            VIR_ERR_NO_DOMAIN_BACKUP, VIR_ERR_NO_DOMAIN_CHECKPOINT, VIR_ERR_NO_DOMAIN_SNAPSHOT,
            VIR_ERR_NO_DOMAIN_METADATA, VIR_ERR_NO_SECRET, VIR_ERR_NO_NODE_DEVICE:
            return .notFound
        case VIR_ERR_NO_SUPPORT, VIR_ERR_OPERATION_UNSUPPORTED, VIR_ERR_CONFIG_UNSUPPORTED,
            VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_NO_CONNECT, VIR_ERR_INVALID_CONN, VIR_ERR_UNKNOWN_HOST, VIR_ERR_RPC,
            VIR_ERR_GNUTLS_ERROR, VIR_ERR_SSH, VIR_ERR_LIBSSH, VIR_ERR_AGENT_UNRESPONSIVE, VIR_ERR_AGENT_UNSYNCED:
            return .unavailable
        case VIR_ERR_OPERATION_INVALID, VIR_ERR_DOM_EXIST, VIR_ERR_RESOURCE_BUSY, VIR_ERR_BLOCK_COPY_ACTIVE,
            VIR_ERR_STORAGE_VOL_EXIST, VIR_ERR_NETWORK_EXIST:
            return .conflict
        case VIR_ERR_ACCESS_DENIED, VIR_ERR_OPERATION_DENIED, VIR_ERR_AUTH_FAILED, VIR_ERR_AUTH_CANCELLED,
            VIR_ERR_AUTH_UNAVAILABLE:
            return .denied
        case VIR_ERR_OPERATION_TIMEOUT:
            return .timeout
        case VIR_ERR_SYSTEM_ERROR where systemCode == EACCES || systemCode == EPERM:
            return .denied
        default:
            return .failed
        }
    }

    /// The error of an attempt to connect: whatever is not a matter of permission means that nobody is there.
    func connectionFault(_ uri: String) -> Fault {
        if kind == .denied {
            return Fault(
                .denied, "may not connect to '\(uri)'", hint: "join the group libvirt, or run as root", cause: text)
        }
        return Fault(
            .unavailable, "cannot connect to '\(uri)'", hint: "is libvirtd running? see 'systemctl status libvirtd'",
            cause: text)
    }
}
