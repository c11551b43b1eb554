/// What manual pages say of a group.
enum DetectTexts {
    static let discussion = """
        Scores say how unusual a value is by what the series had before, without training or settings: 0.5 is worth a look \
        (info), 0.65 an alarm (warning), 0.77 a certain one (critical). 'score' reads a file or a pipe; 'run' scores what is \
        new in the series that 'debvisor metric' has stored, and records what it finds.
        """

    static let feedback = """
        A false alarm takes the weight of the evidence that spoke for it to a tenth, for that series alone: what it says must be \
        ten times as rare from then on to count as before, about one level of severity. A second one, twelve hours later or \
        more, takes it to a hundredth, and there it stays: what is rarer than everything before still is a warning. The same \
        false alarm counts once, in whatever order they are told. Weights change how rows are scored that are still to come, \
        nothing of what was learned.
        """

    static let baselines = """
        One for each series, by its metric and tags: mean, standard deviation and percentiles, and what is usual at each hour \
        of the day and the week. Of counters it is about their growth a second.
        """
}
