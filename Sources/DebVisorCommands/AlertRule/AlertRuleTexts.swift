/// What the manual says of rules.
enum AlertRuleTexts {
    static let group = """
        A rule says what to look for in which series. Each series that it looks at has an alert of its own: pending while the \
        condition holds but not for long enough, firing, resolved once it has cleared; 'nodata' where no samples come, which \
        resolves nothing. Values of counters are their growth a second.
        """

    static let add = """
        One condition of these: --above or --below a level, with another level where it clears; --rate-above or --rate-below a \
        change a second over some time; --absent for so long; --reaches a level --within a time, by the trend of the last \
        week; --above-baseline or --below-baseline a percentile of what is usual for the series; --anomaly, of what 'detect \
        run' finds, whose severity is the alert's if it is higher than the rule's.

        Gauges are compared by their values, counters and the sums and counts of histograms by their growth a second. A rule \
        that could never fire is refused: a level outside of the limits of all its series, more time than samples are kept.

        With --hides-dependents alerts of machines are hidden while it fires for their host, those of disks while it fires \
        for their machine or storage pool. 'debvisor metric collect' learns from libvirt what depends on what. The metric \
        debvisor_job_overdue_seconds is read from the scheduler: how long a job has been late.
        """

    static let test = """
        Runs the rule as 'alert run' does, by the times of the samples, as if somebody had looked at each. Nothing is stored, \
        nobody is told, and what silences or hides alerts now does not count. Forecasts are made for each hour, or 168 times.
        """
}
