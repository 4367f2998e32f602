package io.hpc4j.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for conditions with a deadline; the kits bring no library of their own for that. */
final class Eventually {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Eventually() {}

    /** The first value that is as wanted; fails, showing the last one, if there is none in time. */
    static <T> T until(Duration limit, String what, Supplier<T> value, Predicate<T> wanted) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            T now = value.get();
            if (wanted.test(now)) {
                return now;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("within %s there was no %s; the last was: %s".formatted(limit, what, now));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Fails as soon as a value is not the first one any more; returns when it has stayed for so long. */
    static <T> T stays(Duration time, String what, Supplier<T> value) {
        T first = value.get();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            T now = value.get();
            if (!now.equals(first)) {
                throw new AssertionError("%s changed from %s to %s".formatted(what, first, now));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return first;
    }
}
