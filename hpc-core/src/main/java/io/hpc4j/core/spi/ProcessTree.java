package io.hpc4j.core.spi;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Ends a process and those that it started. */
final class ProcessTree {

    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private ProcessTree() {}

    /**
     * Asks all to end (TERM), and after a short grace ends those that have not (KILL). The descendants are collected
     * first, since those of a dead process belong to nobody. A descendant that has left the tree before is not reached.
     */
    static void end(Process process) {
        end(List.of(process));
    }

    /** Ends many at once: the grace passes once. */
    static void end(Collection<Process> processes) {
        boolean interrupted = Thread.interrupted(); // a pause would return at once
        try {
            Set<ProcessHandle> all = new LinkedHashSet<>();
            processes.forEach(p -> collect(p.toHandle(), all));
            all.forEach(ProcessHandle::destroy);
            awaitEnd(all, GRACE_NANOS);
            Set.copyOf(all).forEach(p -> collect(p, all));
            all.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(all, LAST_WAIT_NANOS);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void collect(ProcessHandle root, Set<ProcessHandle> all) {
        all.add(root);
        root.descendants().forEach(all::add);
    }

    private static void awaitEnd(Set<ProcessHandle> processes, long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (processes.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
