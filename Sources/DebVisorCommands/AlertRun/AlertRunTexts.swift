/// What the manual says of evaluations.
enum AlertRunTexts {
    static let discussion = """
        What a job calls after 'debvisor metric collect' and 'debvisor detect run'. Each rule looks at the samples that came \
        since its alerts were seen last, so a peak between two runs is seen; runs that find nothing new change nothing. The \
        changes of alerts are listed, an empty list means that nothing changed. An end of a series, as when its machine is \
        shut off, resolves its alerts; samples that only do not come never do.

        A value that is older than the rule's --no-data when it is first looked at begins nothing: run this more often. \
        Notices wait half a minute for others of their host and rule, so the first of them go out with the next run. If one \
        cannot be delivered the status is 3, and a later run tries again.

        The first run adds rules that come with debvisor: hypervisor-down, backup-failed and job-overdue. They are rules like \
        others; one that is deleted does not come back.
        """
}
