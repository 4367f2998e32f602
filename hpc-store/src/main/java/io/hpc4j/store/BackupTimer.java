package io.hpc4j.store;

import io.hpc4j.core.HpcException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes backups again and again, and deletes the oldest. The names of the files are the times. */
final class BackupTimer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BackupTimer.class);
    private static final String BEGIN = "hpc4j-";
    private static final String END = ".jsonl.gz";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long CLOSE_SECONDS = 30;

    private final Database database;
    private final Duration every;
    private final Path folder;
    private final int keep;
    private final ScheduledExecutorService thread;
    private final ScheduledFuture<?> turns;

    BackupTimer(Database database, Duration every, Path folder, int keep) {
        if (every.toSeconds() < 1 || keep < 1) {
            throw new IllegalArgumentException(
                    "backups come at least a second apart and one is kept, was every %s, keep %d"
                            .formatted(every, keep));
        }
        this.database = database;
        this.every = every;
        this.folder = folder.toAbsolutePath();
        this.keep = keep;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "hpc-store-backup");
            made.setDaemon(true);
            return made;
        });
        Duration first = newest().map(this::untilNext).orElse(Duration.ZERO);
        turns = thread.scheduleWithFixedDelay(this::turn, first.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Duration untilNext(Instant last) {
        Duration left = Duration.between(database.clock().instant(), last.plus(every));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void turn() {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve(BEGIN + TIME.format(database.clock().instant()) + END);
            BackupReport report = database.backup(file);
            log.info("{}: {} rows in {}", database, report.rows(), file);
            deleteOld();
        } catch (IOException | UncheckedIOException | HpcException e) {
            log.warn("{}: no backup in {}: {}", database, folder, e.getMessage());
        } catch (RuntimeException e) { // would end the timer
            log.warn("{}: no backup in {}", database, folder, e);
        }
    }

    private void deleteOld() throws IOException {
        for (Path old : backups().stream().skip(keep).toList()) {
            Files.deleteIfExists(old);
        }
    }

    private Optional<Instant> newest() {
        return backups().stream().findFirst().flatMap(BackupTimer::time);
    }

    /** The newest first; other files are not looked at. */
    private List<Path> backups() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> time(file).isPresent())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Instant> time(Path file) {
        String name = file.getFileName().toString();
        if (!name.startsWith(BEGIN) || !name.endsWith(END)) {
            return Optional.empty();
        }
        try {
            return Optional.of(TIME.parse(name.substring(BEGIN.length(), name.length() - END.length()), Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Lets a backup that is being written come to its end, for a limited time. */
    @Override
    public void close() {
        turns.cancel(false);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
