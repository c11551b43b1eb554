/// Texts that several commands of `metric` need.
enum MetricTexts {
    static let discussion = """
        A metric has a name and a type: a gauge goes up and down, a counter grows and begins again at zero when what it \
        counts does, a histogram counts observations by size, a summary has their quantiles. Tags make several series of it; a series is known by its id \
        too, a hash of name and tags. Names and tags are those of Prometheus. Of one series and instant the sample that came \
        last counts; samples may come in any order.

        A value may be NaN, +Inf or -Inf, or say that the series ended there. JSON has no words for these: value is null \
        then, and the field special says which. Times are UTC and exact to the millisecond.

        Samples lie in metrics.db in the state directory, compressed to 2 or 3 bytes each. How long they are kept is said by \
        'debvisor metric retention'; old ones become roll-ups of ten minutes and then of an hour, which keep the least \
        and the largest value.
        """

    /// A sample that is later than now by more than this, in milliseconds, is worth a warning.
    static let tolerance: Int64 = 3_600_000
}
