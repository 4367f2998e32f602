package io.hpc4j.core.internal;

import io.hpc4j.core.StateFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * How full a budget is, in a file of {@value #SIZE} bytes that the processes of a user share: a magic word, when it was
 * written, how many calls were counted then and not yet worn off, and a checksum. The file's lock goes with its holder,
 * however that ends; a file that is damaged counts as one that was never written.
 */
final class BudgetFile {

    static final int SIZE = 32;

    private static final long MAGIC = 0x4850_4334_4a42_5531L; // HPC4JBU1
    private static final long LOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A lock of a file is held by a whole process: its threads take turns. */
    private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

    /**
     * How full the budget is.
     *
     * @param atMillis when, as a clock shows it
     * @param used calls that count then
     */
    record Level(long atMillis, double used) {}

    private final Path file;
    private final ReentrantLock turn;

    BudgetFile(Path file) {
        this.file = file;
        this.turn = TURNS.computeIfAbsent(file, f -> new ReentrantLock());
    }

    /**
     * Changes the level, as one step among all processes.
     *
     * @param change gets the level, or nothing where none is known
     * @return the new level; nothing if the file could not be locked soon, as when its holder was stopped
     * @throws IOException if the file cannot be used
     */
    Optional<Level> update(UnaryOperator<Optional<Level>> change) throws IOException {
        if (!tryTurn()) {
            return Optional.empty();
        }
        try (RandomAccessFile open = open();
                FileLock lock = lock(open)) {
            if (lock == null) {
                return Optional.empty();
            }
            Optional<Level> level = change.apply(read(open));
            if (level.isPresent()) {
                write(open, level.get());
            }
            return level;
        } finally {
            turn.unlock();
        }
    }

    /** A thread that was interrupted goes without, and leaves it to its command to notice. */
    private boolean tryTurn() {
        try {
            return turn.tryLock(LOCK_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private RandomAccessFile open() throws IOException {
        if (!Files.exists(file)) {
            StateFolder.prepare(file);
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException e) {
                return new RandomAccessFile(file.toFile(), "rw"); // of another process, a moment ago
            }
        }
        return new RandomAccessFile(file.toFile(), "rw");
    }

    private static @Nullable FileLock lock(RandomAccessFile open) throws IOException {
        long end = System.nanoTime() + LOCK_NANOS;
        while (true) {
            try {
                FileLock lock = open.getChannel().tryLock();
                if (lock != null || System.nanoTime() > end) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                if (System.nanoTime() > end) {
                    return null; // this library is loaded twice in this process
                }
            }
            if (Thread.currentThread().isInterrupted()) {
                return null;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static Optional<Level> read(RandomAccessFile open) throws IOException {
        byte[] bytes = new byte[SIZE];
        if (open.length() != SIZE) {
            return Optional.empty();
        }
        open.seek(0);
        open.readFully(bytes);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean known = in.getLong() == MAGIC;
        Level level = new Level(in.getLong(), in.getDouble());
        boolean whole = in.getLong() == checksum(bytes);
        return known && whole && Double.isFinite(level.used()) ? Optional.of(level) : Optional.empty();
    }

    private static void write(RandomAccessFile open, Level level) throws IOException {
        byte[] bytes = new byte[SIZE];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putLong(MAGIC).putLong(level.atMillis()).putDouble(level.used());
        out.putLong(checksum(bytes));
        open.seek(0);
        open.write(bytes);
        if (open.length() != SIZE) {
            open.setLength(SIZE);
        }
    }

    private static long checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, SIZE - Long.BYTES);
        return crc.getValue();
    }
}
