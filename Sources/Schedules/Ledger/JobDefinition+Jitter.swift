extension JobDefinition {
    /// Seconds that are added to each of its slots on this host.
    package var jitterHere: Int { Int(JobTiming.jitter(of: name.text, upTo: jitterSeconds)) }
}
