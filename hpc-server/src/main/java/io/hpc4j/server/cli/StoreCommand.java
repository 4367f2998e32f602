package io.hpc4j.server.cli;

import io.hpc4j.store.BackupReport;
import io.hpc4j.store.Database;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "store",
        description = {
            "Backs up, restores and checks the database of jobs.",
            "The database is that of --database, else HPC_DATABASE, else DATABASE_URL, else the user's own file."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  hpc store status",
            "  hpc store backup jobs.jsonl.gz",
            "  hpc store --database postgresql://ada@db.example.org/hpc restore jobs.jsonl.gz",
            "  hpc store check jobs.jsonl.gz"
        })
final class StoreCommand implements Runnable {

    @Option(
            names = "--database",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "The database: jdbc:h2:/path/to/file, jdbc:postgresql://host/database or"
                    + " postgresql://user:password@host/database.")
    private Optional<String> database = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Session session;

    StoreCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: backup, restore, check or status");
    }

    private Database open() {
        return Database.open(database.or(
                        () -> Database.addressIn(session.around().env()))
                .orElseGet(() -> Database.defaultAddress(session.around().env())));
    }

    private Path resolved(Path file) {
        return session.around().workingDirectory().resolve(file);
    }

    @Command(name = "backup", description = "Writes all that the database holds into a new file, while others go on.")
    int backup(@Parameters(paramLabel = "FILE", description = "The file to write.") Path file) {
        try (Database open = open()) {
            tell(open.backup(resolved(file)), resolved(file));
        }
        return ExitCodes.OK;
    }

    @Command(name = "restore", description = "Fills an empty database with what a backup holds.")
    int restore(@Parameters(paramLabel = "FILE", description = "The backup.") Path file) {
        try (Database open = open()) {
            tell(open.restore(resolved(file)), resolved(file));
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "check",
            description = "Reads a backup to its end; without one, looks for what contradicts itself in the database.")
    int check(@Parameters(arity = "0..1", paramLabel = "FILE", description = "The backup.") Optional<Path> file) {
        if (file.isPresent()) {
            tell(Database.checkBackup(resolved(file.get())), resolved(file.get()));
            return ExitCodes.OK;
        }
        try (Database open = open()) {
            List<String> findings = open.check();
            findings.forEach(session::print);
            if (findings.isEmpty()) {
                session.print("all is well in " + open);
            }
            return findings.isEmpty() ? ExitCodes.OK : ExitCodes.OTHER;
        }
    }

    @Command(name = "status", description = "Says which database it is, and how many rows its tables have.")
    int status() {
        try (Database open = open()) {
            session.print(open.toString());
            open.counts().forEach((table, rows) -> session.print("%-16s %d".formatted(table, rows)));
        }
        return ExitCodes.OK;
    }

    private void tell(BackupReport report, Path file) {
        session.print(
                "%d rows of %s in %s, sha256 %s".formatted(report.rows(), report.writtenAt(), file, report.sha256()));
    }
}
