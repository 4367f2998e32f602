package io.hpc4j.store;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of one kind of database fits into the other. */
class PostgresBackupIT {

    @TempDir
    private Path folder;

    private String h2() {
        return "jdbc:h2:" + folder.resolve("jobs");
    }

    @Test
    void backupOfH2IsRestoredIntoPostgres() {
        moves(h2(), Postgres.emptySchema());
    }

    @Test
    void backupOfPostgresIsRestoredIntoH2() {
        moves(Postgres.emptySchema(), h2());
    }

    @Test
    void backupOfPostgresIsRestoredIntoPostgres() {
        moves(Postgres.emptySchema(), Postgres.emptySchema());
    }

    private void moves(String fromUrl, String intoUrl) {
        try (Database from = Database.open(fromUrl);
                Database into = Database.open(intoUrl)) {
            BackupTest.fill(from);
            from.backup(folder.resolve("backup"));
            into.restore(folder.resolve("backup"));
            BackupTest.assertSame(from, into);
            BackupTest.goesOn(into);
        }
    }
}
