package io.hpc4j.store;

import io.hpc4j.store.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.zip.GZIPOutputStream;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Writes the rows of a database into a backup, and a backup's rows into a database. */
final class Backups {

    private final Database database;

    Backups(Database database) {
        this.database = database;
    }

    BackupReport write(Path wanted) {
        Path file = wanted.toAbsolutePath();
        if (Files.exists(file)) {
            throw new StoreException("%s is there already; name a new file".formatted(file));
        }
        Path half = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            BackupReport report = writeHalf(half);
            Files.move(half, file);
            return report;
        } catch (IOException e) {
            throw unwritable(file, e);
        } catch (UncheckedIOException e) {
            throw unwritable(file, e);
        } finally {
            half.toFile().delete();
        }
    }

    private BackupReport writeHalf(Path half) throws IOException {
        Files.deleteIfExists(half);
        try (FileChannel channel = FileChannel.open(
                half,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            GZIPOutputStream zip = new GZIPOutputStream(Channels.newOutputStream(channel), 1 << 16);
            Writer out = new BufferedWriter(new OutputStreamWriter(zip, StandardCharsets.UTF_8), 1 << 16);
            BackupReport report = Backup.write(out, database.clock().instant(), this::readAll);
            out.flush();
            zip.finish();
            channel.force(true);
            return report;
        }
    }

    /** In one transaction that sees one moment. Not repeated, since what was told is in the file already. */
    private void readAll(BiConsumer<String, JsonObject> rows) {
        try {
            database.jdbi()
                    .useTransaction(
                            TransactionIsolationLevel.REPEATABLE_READ, handle -> new BackupRows(handle).read(rows));
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            throw database.translated(e);
        }
    }

    private static StoreException unwritable(Path file, Exception cause) {
        return new StoreException(
                "the backup %s cannot be written (%s: %s)"
                        .formatted(file, cause.getClass().getSimpleName(), cause.getMessage()),
                cause);
    }

    /** The file is read twice, so that a damaged one is refused before anything is written. */
    BackupReport restore(Path file) {
        Backup.read(file, (table, row) -> {});
        return database.inTransaction(handle -> {
            BackupRows rows = new BackupRows(handle);
            if (!rows.areNone()) {
                throw new StoreException(
                        "the database %s is not empty: %s; restore into an empty one, then use that instead"
                                .formatted(database, rows.counts()));
            }
            try (BackupRows.Inserter inserter = rows.new Inserter()) {
                return Backup.read(file, inserter);
            }
        });
    }
}
