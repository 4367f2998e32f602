package io.hpc4j.core.spi;

import io.hpc4j.core.TransportException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs commands and moves files on this machine. May be shared between threads; relative paths are taken from this
 * process's directory.
 *
 * <p>A command inherits this process's environment, with {@code LC_ALL} and {@code LANG} set to {@code C.UTF-8}. One
 * that sets {@code LANG} or an {@code LC_} variable itself keeps what it sets. A program without a slash is looked up
 * in the command's {@code PATH} if it sets one, else in this process's.
 *
 * <p>The JDK shows a process that was ended by signal n as one with exit code 128 + n, and so does this transport:
 * {@link CommandResult#exitStatus} never has a signal here.
 *
 * <p>A process that the command leaves behind and that still holds its output keeps {@link #run} waiting for a second
 * at most. It is not ended, what it writes later is thrown away, and one thread of this transport reads it until then.
 */
public final class LocalTransport implements Transport {

    private static final long IDLE_SECONDS = 5;
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Set<LocalCommand> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService pumps = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon("hpc-local-io-" + THREADS.incrementAndGet(), task));
    private final RemoteFiles files = new LocalFiles();
    private volatile boolean closed;

    /** Needs nothing. */
    public LocalTransport() {}

    /**
     * Runs a command to its end.
     *
     * @throws IllegalArgumentException if a variable or the working directory cannot be handed to a process, as one
     *     with NUL cannot
     * @throws IllegalStateException if this transport was closed before
     */
    @Override
    public CommandResult run(CommandLine command) {
        refuseIfClosed(command);
        LocalCommand started = LocalCommand.start(command, pumps);
        running.add(started);
        try {
            if (closed) {
                LocalCommand.abandon(List.of(started));
            }
            return started.await();
        } finally {
            running.remove(started);
        }
    }

    private void refuseIfClosed(CommandLine command) {
        if (closed) {
            throw new IllegalStateException(
                    "the transport is closed and cannot run " + LocalCommand.shown(command) + "; open a new one");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new TransportException(
                    "%s was not started: its thread is interrupted".formatted(LocalCommand.shown(command)));
        }
    }

    @Override
    public RemoteFiles files() {
        return files;
    }

    /** Ends what is in flight: who waits in {@link #run} gets a {@link TransportException}. */
    @Override
    public void close() {
        closed = true;
        LocalCommand.abandon(List.copyOf(running));
        pumps.shutdown();
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
