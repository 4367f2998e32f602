package io.hpc4j.server.keeper;

import io.hpc4j.core.BackendUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Held by whoever starts a keeper, and by a keeper that leaves: so there is never more than one, and none is missed. */
final class StartLock {

    /** A lock of a file belongs to a process; between the threads of one this stands in. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private StartLock() {}

    /** Does something with the lock held. */
    static <T> T holding(Path file, Supplier<T> work) {
        THREADS.lock();
        try (FileChannel channel = open(file);
                FileLock lock = channel.lock()) {
            assert lock.isValid();
            return work.get();
        } catch (IOException e) {
            throw new BackendUnavailableException("cannot lock " + file + ": " + e.getMessage(), e);
        } finally {
            THREADS.unlock();
        }
    }

    /** Takes the lock if it is free, until this process ends or the lock's channel is closed. */
    static Optional<FileLock> tryAcquire(Path file) throws IOException {
        FileChannel channel = open(file);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(lock);
            }
        } catch (OverlappingFileLockException e) {
            // a thread of this process has it
            channel.close();
            return Optional.empty();
        }
        channel.close();
        return Optional.empty();
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
