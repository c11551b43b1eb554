package import CommandKit
import DebVisorCore

/// What errors of the domains mean to a person and a script.
package enum Failures {
    package static func failure(_ error: any Error) -> Failure {
        if let failure = error as? Failure { return failure }
        guard let fault = error as? Fault else { return Failure(.failed, "\(error)") }
        return Failure(kind(fault.kind), fault.message, hint: fault.hint, cause: fault.cause)
    }

    private static func kind(_ kind: Fault.Kind) -> Failure.Kind {
        switch kind {
        case .failed: .failed
        case .usage: .usage
        case .partial: .partial
        case .notFound: .notFound
        case .denied: .denied
        case .conflict: .conflict
        case .unavailable: .unavailable
        case .timeout: .timeout
        case .attention: .attention
        }
    }
}
