package io.hpc4j.core.internal;

import io.hpc4j.core.internal.BudgetFile.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * A bucket that leaks: a quarter of a minute's calls may come at once, the others as the bucket empties, so that in no
 * minute there are more than allowed. Who only looks leaves half of that quarter to who changes something.
 *
 * @param perMinute calls allowed in any minute
 */
record BudgetRule(int perMinute) {

    /** Fewer would leave nothing to share. */
    static final int LEAST = 8;

    private static final int BURST_PART = 4;
    private static final double MINUTE_MILLIS = 60_000;

    /** Checks the number. */
    BudgetRule {
        if (perMinute < LEAST) {
            throw new IllegalArgumentException(
                    "callsPerMinute must be 0 for any number, or at least %d, was %d".formatted(LEAST, perMinute));
        }
    }

    /** How many calls may come at once. */
    int burst() {
        return perMinute / BURST_PART;
    }

    /** What is kept for submitting, cancelling and their like. */
    int reserve() {
        return burst() / 2;
    }

    private double perMilli() {
        return (perMinute - burst()) / MINUTE_MILLIS;
    }

    /** The level now. A clock that was set back wears nothing off, and one that was set ahead at most all. */
    Level worn(Optional<Level> before, long nowMillis) {
        if (before.isEmpty()) {
            return new Level(nowMillis, 0);
        }
        double elapsed = Math.max(0.0, (double) nowMillis - before.get().atMillis());
        double used = Math.min(2.0 * burst(), before.get().used()) - elapsed * perMilli();
        return new Level(nowMillis, Math.max(0, used));
    }

    /** Whether there is room for one more call. */
    boolean hasRoom(Level level, boolean isUrgent) {
        return level.used() + 1 <= most(isUrgent);
    }

    /** How long until there is room for one more call. */
    Duration untilRoom(Level level, boolean isUrgent) {
        double excess = level.used() + 1 - most(isUrgent);
        return Duration.ofMillis((long) Math.ceil(Math.max(0, excess) / perMilli()));
    }

    private int most(boolean isUrgent) {
        return isUrgent ? burst() : burst() - reserve();
    }
}
