import CommandKit

/// What the manual says beside the declarations.
enum ManualPages {
    static let discussion = """
        debvisor protects the virtual machines of a Debian host: it backs them up while they run and brings them back; \
        and it runs jobs when they are due, with a record of each. It works in-process against its own SQLite stores and \
        libvirt; nothing has to run in the background.

        Every command prints tables for people and, with -o, JSON, NDJSON, YAML or TSV for programs. Exit statuses are \
        the same everywhere: see debvisor-exit(7).
        """

    static let examples = [
        Example("debvisor vm list", "the machines of this host", prints: "web1"),
        Example("debvisor backup create --all", "back up every machine into the default repository", prints: "web1@"),
        Example("debvisor backup restore db1 --define --start", "bring a lost machine back", prints: "db1"),
    ]

    static let texts: ManualTexts = {
        var texts = ManualTexts()
        texts.date = "November 25, 2026"
        texts.files = [
            ("/etc/debvisor/debvisor.conf", "Configuration of the host: debvisor.conf(5)."),
            ("$XDG_CONFIG_HOME/debvisor/debvisor.conf", "The user's configuration, which wins over the host's."),
            ("/var/lib/debvisor", "State of root: one SQLite file for each domain."),
            ("$XDG_STATE_HOME/debvisor", "State of other users."),
        ]
        texts.environment = [
            ("DEBVISOR_URI", "The hypervisor, as --connect."),
            ("DEBVISOR_STATE_DIR", "The state directory, as --state-dir."),
            ("DEBVISOR_CONFIG", "The configuration file, as --config."),
            (
                "CREDENTIALS_DIRECTORY",
                "Where systemd puts credentials: debvisor.key or debvisor.password opens repositories."
            ),
            ("NO_COLOR", "Turns colour off."),
        ]
        texts.configuration = [
            ManualSection(
                "DESCRIPTION",
                """
                Lines of the form key = value; a '#' begins a comment. An unknown key is an error that names file and \
                line. An option of the command line and the environment win over every file.

                'debvisor system config' shows each setting in force and where it comes from.
                """),
            ManualSection(
                "KEYS",
                """
                connect: URI of the hypervisor; qemu:///system for root, qemu:///session for others.

                own_metrics: on, or off if debvisor is not to note as metrics what its backups and jobs do; on unless set.

                sendmail: program that mails of alerts are handed to; /usr/sbin/sendmail unless set.

                state_dir: directory of the stores.

                timeout: longest wait for one answer of the hypervisor, as 30s or 2m; 30s unless set.
                """),
            ManualSection(
                "EXAMPLES",
                """
                    # the daemon of this host, with patience
                    connect = qemu:///system
                    timeout = 1m
                """),
        ]
        return texts
    }()
}
