package import CommandKit

/// Every noun and verb. A new command is one file in the folder of its noun, and one line here.
package enum CommandTree {
    package static var nodes: [CommandNode<AppContext>] {
        [
            .group(
                "alert", "What is wrong, who is told, and who looks after it", discussion: AlertTexts.discussion,
                [
                    .command(AlertRun.self),
                    .command(AlertList.self),
                    .command(AlertShow.self),
                    .command(AlertAck.self),
                    .command(AlertResolve.self),
                    .command(AlertHistory.self),
                    .group(
                        "rule", "What to look for in which series", discussion: AlertRuleTexts.group,
                        [
                            .command(AlertRuleAdd.self),
                            .command(AlertRuleList.self),
                            .command(AlertRuleShow.self),
                            .command(AlertRuleDelete.self),
                            .command(AlertRuleEnable.self),
                            .command(AlertRuleDisable.self),
                            .command(AlertRuleTest.self),
                        ]),
                    .group(
                        "silence", "What nobody is to be told of for a while",
                        [
                            .command(SilenceAdd.self),
                            .command(SilenceList.self),
                            .command(SilenceShow.self),
                            .command(SilenceDelete.self),
                        ]),
                    .group(
                        "notify", "Who is told, and whether notices arrive",
                        [
                            .command(NotifyAdd.self),
                            .command(NotifyList.self),
                            .command(NotifyShow.self),
                            .command(NotifyTest.self),
                            .command(NotifyDeliver.self),
                            .command(NotifyOutbox.self),
                            .command(NotifyDelete.self),
                        ]),
                    .group(
                        "settings", "What holds for all rules and notifiers",
                        [
                            .command(AlertSettingsShow.self),
                            .command(AlertSettingsSet.self),
                        ]),
                ]),
            .group(
                "backup", "Back up machines and bring them back", discussion: BackupTexts.discussion,
                [
                    .command(BackupCreate.self),
                    .command(BackupList.self),
                    .command(BackupShow.self),
                    .command(BackupVerify.self),
                    .command(BackupRestore.self),
                    .command(BackupDelete.self),
                    .group(
                        "checkpoint", "What machines record for their next backup",
                        [
                            .command(CheckpointList.self),
                            .command(CheckpointPrune.self),
                        ]),
                    .group(
                        "repository", "Places that hold backups",
                        [
                            .command(RepositoryCreate.self),
                            .command(RepositoryAdd.self),
                            .command(RepositoryList.self),
                            .command(RepositoryShow.self),
                            .command(RepositoryDelete.self),
                            .command(RepositoryRebuildIndex.self),
                        ]),
                ]),
            .group(
                "baseline", "What series are usually like", discussion: DetectTexts.baselines,
                [
                    .command(BaselineCreate.self),
                    .command(BaselineUpdate.self),
                    .command(BaselineGet.self),
                    .command(BaselineList.self),
                    .command(BaselineDelete.self),
                    .command(BaselineAuto.self),
                ]),
            .group(
                "detect", "Find what is unusual in measured series", discussion: DetectTexts.discussion,
                [
                    .command(DetectScore.self),
                    .command(DetectRun.self),
                    .command(DetectRecent.self),
                    .command(DetectExplain.self),
                    .command(DetectReplay.self),
                    .group(
                        "feedback", "What was found and was a false alarm", discussion: DetectTexts.feedback,
                        [
                            .command(FeedbackAdd.self),
                            .command(FeedbackList.self),
                            .command(FeedbackDelete.self),
                        ]),
                ]),
            .group(
                "metric", "Record what is measured, look at it, and hand it on", discussion: MetricTexts.discussion,
                [
                    .command(MetricAdd.self),
                    .command(MetricGet.self),
                    .command(MetricList.self),
                    .command(MetricDelete.self),
                    .command(MetricDefine.self),
                    .command(MetricCollect.self),
                    .command(MetricImport.self),
                    .command(MetricExport.self),
                    .command(MetricExpose.self),
                    .command(MetricServe.self),
                    .command(MetricCompact.self),
                    .group(
                        "definition", "What metrics were defined as",
                        [
                            .command(DefinitionList.self),
                            .command(DefinitionShow.self),
                            .command(DefinitionDelete.self),
                        ]),
                    .group(
                        "retention", "How long samples and roll-ups are kept",
                        [
                            .command(MetricRetentionShow.self),
                            .command(MetricRetentionSet.self),
                        ]),
                ]),
            .group(
                "schedule", "Run jobs when they are due, and keep a record of each",
                discussion: ScheduleTexts.discussion,
                [
                    .command(ScheduleAdd.self),
                    .command(ScheduleList.self),
                    .command(ScheduleShow.self),
                    .command(ScheduleUpdate.self),
                    .command(ScheduleDelete.self),
                    .command(ScheduleEnable.self),
                    .command(ScheduleDisable.self),
                    .command(ScheduleExecute.self),
                    .command(ScheduleStatus.self),
                    .command(ScheduleHistory.self),
                    .command(ScheduleLog.self),
                    .command(ScheduleWait.self),
                    .command(ScheduleStats.self),
                    .command(ScheduleCancel.self),
                    .command(ScheduleRetry.self),
                    .command(ScheduleNext.self),
                    .command(ScheduleExplain.self),
                    .command(ScheduleLint.self),
                    .command(ScheduleSimulate.self),
                    .command(ScheduleImport.self),
                    .command(ScheduleExport.self),
                    .command(ScheduleRunDue.self),
                    .command(ScheduleDaemonCommand.self),
                    .group(
                        "retention", "How much of the history is kept",
                        [
                            .command(RetentionShow.self),
                            .command(RetentionSet.self),
                        ]),
                ]),
            .group(
                "system", "debvisor itself: its stores, settings and version",
                [
                    .command(SystemCheck.self),
                    .command(SystemConfig.self),
                    .command(SystemInfo.self),
                    .command(SystemStats.self),
                    .command(SystemExport.self),
                    .command(SystemImport.self),
                ]),
            .group(
                "trend", "Where series go, and when they get there", discussion: TrendTexts.discussion,
                [
                    .command(TrendAnalyze.self),
                    .command(TrendList.self),
                    .command(TrendForecastCommand.self),
                ]),
            .group(
                "vm", "Virtual machines, as the hypervisor knows them",
                [
                    .command(VMList.self),
                    .command(VMShow.self),
                    .command(VMStats.self),
                ]),
        ]
    }
}
