/// What manual pages say of a group.
enum DetectTexts {
    static let discussion = """
        Scores say how unusual a value is by what the series had before, without training or settings: 0.5 is worth a look \
        (info), 0.65 an alarm (warning), 0.77 a certain one (critical). 'score' reads a file or a pipe; 'run' scores what is \
        new in the series that 'debvisor metric' has stored, and records what it finds.
        """

    static let baselines = """
        One for each series, by its metric and tags: mean, standard deviation and percentiles, and what is usual at each hour \
        of the day and the week. Of counters it is about their growth a second.
        """
}
