/// What several commands say.
enum ScheduleTexts {
    static let run = "Id or number of a run; the name of a job stands for its newest one"

    static let discussion = """
        A cron whose every run, and every run that did not happen, is on record. Jobs are started by 'run-due', which \
        cron or a systemd timer calls each minute, by the resident 'daemon', or by hand; all may be at work on the same \
        state at the same time. Each run has a supervisor of its own, which ends it with all of its processes when its \
        time is up, and keeps what it writes.
        """
}
