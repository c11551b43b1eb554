import CommandKit

/// How long one answer of the hypervisor may take.
struct TimeoutOption: InputSet {
    let timeout = Option(
        "timeout", .duration(atLeast: 1),
        help: "Longest wait for one answer of the hypervisor; else the setting 'timeout'")
}
