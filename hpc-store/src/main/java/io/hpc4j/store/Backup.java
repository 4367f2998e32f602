package io.hpc4j.store;

import io.hpc4j.store.json.JsonObject;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The file of a backup: lines of JSON, compressed by gzip. The first says what it is, then comes a line per row with the
 * name of its table, and the last has the numbers of rows and the digest of all lines before it. What is cut off has no last
 * line, what is changed another digest.
 */
final class Backup {

    private static final String FORMAT = "hpc4j-backup";
    private static final int VERSION = 1;

    private Backup() {}

    /** Counts and digests lines, as they are written and as they are read. */
    private static final class Lines {

        private final MessageDigest digest = sha256();
        private final Map<String, Long> tables = new TreeMap<>();

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        private void add(String line) {
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        }

        private void addRow(String table) {
            tables.merge(table, 1L, Long::sum);
        }

        private BackupReport report(Instant writtenAt) {
            return new BackupReport(writtenAt, tables, HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** Writes the rows that a source tells, with their tables, to whom it is given. */
    static BackupReport write(Writer out, Instant now, Consumer<BiConsumer<String, JsonObject>> source) {
        Lines lines = new Lines();
        for (Table table : Table.ALL) {
            lines.tables.put(table.table(), 0L);
        }
        line(
                out,
                lines,
                new JsonObject()
                        .put("format", FORMAT)
                        .put("version", VERSION)
                        .put("tables", Migrations.NEWEST)
                        .put("writtenAt", now));
        source.accept((table, row) -> {
            line(out, lines, new JsonObject().put("table", table).put("row", row));
            lines.addRow(table);
        });
        BackupReport report = lines.report(now);
        line(
                out,
                lines,
                new JsonObject()
                        .put("end", true)
                        .put("rows", new TreeMap<>(report.tables()))
                        .put("sha256", report.sha256()));
        return report;
    }

    private static void line(Writer out, Lines lines, JsonObject object) {
        String line = object.toString();
        lines.add(line);
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a backup to its end, and checks that it is whole.
     *
     * @param rows is told each row with its table
     * @throws StoreException if it is no backup, is cut off or was changed, or only a newer version can read it
     */
    static BackupReport read(Path file, BiConsumer<String, JsonObject> rows) {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return read(file, in, rows);
        } catch (ZipException e) {
            throw new StoreException("%s is no backup, or is damaged: %s".formatted(file, e.getMessage()), e);
        } catch (EOFException e) {
            throw cutOff(file);
        } catch (IOException e) {
            throw new StoreException(
                    "%s cannot be read (%s: %s)".formatted(file, e.getClass().getSimpleName(), e.getMessage()), e);
        }
    }

    private static BackupReport read(Path file, BufferedReader in, BiConsumer<String, JsonObject> rows)
            throws IOException {
        Lines lines = new Lines();
        Instant writtenAt = header(file, lines, Optional.ofNullable(in.readLine()));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonObject object = parsed(file, line);
            if (object.flag("end")) {
                return checked(file, lines.report(writtenAt), object);
            }
            lines.add(line);
            String table = object.text("table");
            lines.addRow(table);
            rows.accept(table, object.object("row").orElseGet(JsonObject::new));
        }
        throw cutOff(file);
    }

    private static Instant header(Path file, Lines lines, Optional<String> line) {
        JsonObject header = line.map(l -> parsed(file, l)).orElseThrow(() -> cutOff(file));
        if (!header.string("format").equals(Optional.of(FORMAT))) {
            throw new StoreException("%s is no backup of this program".formatted(file));
        }
        if (header.number("version").orElse(0) > VERSION
                || header.number("tables").orElse(0) > Migrations.NEWEST) {
            throw new StoreException("%s was written by a newer HPC4J; use that to read it".formatted(file));
        }
        lines.add(line.orElseThrow());
        return header.instant("writtenAt").orElse(Instant.EPOCH);
    }

    private static JsonObject parsed(Path file, String line) {
        try {
            return JsonObject.parse(line);
        } catch (IllegalArgumentException e) {
            throw new StoreException("%s is no backup, or is damaged: a line is not JSON".formatted(file), e);
        }
    }

    private static BackupReport checked(Path file, BackupReport found, JsonObject end) {
        if (!end.string("sha256").equals(Optional.of(found.sha256()))) {
            throw new StoreException("%s was changed after it had been written, or is damaged: its digest is %s, not %s"
                    .formatted(file, found.sha256(), end.string("sha256").orElse("there")));
        }
        Map<String, Long> all = new TreeMap<>(found.tables());
        end.object("rows").ifPresent(o -> o.names().forEach(name -> all.putIfAbsent(name, 0L)));
        return new BackupReport(found.writtenAt(), all, found.sha256());
    }

    private static StoreException cutOff(Path file) {
        return new StoreException("%s is cut off: the backup was not written to its end".formatted(file));
    }
}
