package io.hpc4j.local;

import io.hpc4j.core.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens into the journal before anything follows from it. What cannot be written, because the disk is full,
 * is kept and tried again. Guarded by the scheduler's lock.
 */
final class Ledger implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Ledger.class);
    private static final long SMALL = 16 << 20;

    private final Path folder;
    private final Journal journal;
    private final List<String> unwritten = new ArrayList<>();
    private long sizeWhenCompact;
    private boolean isStuck;

    Ledger(Path folder, Journal journal) {
        this.folder = folder;
        this.journal = journal;
    }

    /** Adds what has happened and cannot be undone; {@link #flush} writes it. */
    void add(String record) {
        unwritten.add(record);
    }

    boolean isEmpty() {
        return unwritten.isEmpty();
    }

    /** Whether the last attempt at writing failed. */
    boolean isStuck() {
        return isStuck;
    }

    /** Returns whether all that was added is in the journal now. */
    boolean flush() {
        if (unwritten.isEmpty()) {
            return true;
        }
        try {
            journal.append(unwritten);
            unwritten.clear();
            if (isStuck) {
                log.info("{}: the journal can be written again", folder);
            }
            isStuck = false;
            return true;
        } catch (IOException e) {
            if (!isStuck) {
                log.error("{}: the journal cannot be written, nothing new is started: {}", folder, Failures.words(e));
            }
            isStuck = true;
            return false;
        }
    }

    /**
     * Writes what a caller wishes, at once or not at all.
     *
     * @throws BackendUnavailableException if that fails; then nothing of it is kept
     */
    void write(List<String> records) {
        try {
            if (!unwritten.isEmpty()) {
                journal.append(unwritten);
                unwritten.clear();
                isStuck = false;
            }
            journal.append(records);
        } catch (IOException e) {
            throw new BackendUnavailableException(
                    "the local cluster cannot write to %s (%s); make room there, then try again"
                            .formatted(folder, Failures.words(e)),
                    e);
        }
    }

    /** Whether the journal has grown to much more than what it says. */
    boolean isCompactionDue() {
        return journal.size() > Math.max(SMALL, 3 * sizeWhenCompact);
    }

    void compact(Supplier<List<String>> records) {
        try {
            journal.replace(records.get());
            sizeWhenCompact = journal.size();
            unwritten.clear();
        } catch (IOException e) {
            sizeWhenCompact = journal.size();
            log.warn("{}: the journal cannot be made shorter: {}", folder, Failures.words(e));
        }
    }

    @Override
    public void close() {
        flush();
        try {
            journal.close();
        } catch (IOException e) {
            log.warn("{}: the journal cannot be closed: {}", folder, Failures.words(e));
        }
    }
}
