package import CommandKit

/// Every noun and verb. A new command is one file in the folder of its noun, and one line here.
package enum CommandTree {
    package static var nodes: [CommandNode<AppContext>] {
        [
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
                "system", "debvisor itself: its stores, settings and version",
                [
                    .command(SystemCheck.self),
                    .command(SystemConfig.self),
                    .command(SystemInfo.self),
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
