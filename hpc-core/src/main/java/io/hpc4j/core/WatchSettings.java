package io.hpc4j.core;

import java.time.Duration;

/**
 * How a cluster's jobs are watched.
 *
 * @param minInterval the scheduler is never asked more often than this
 * @param maxInterval nor, while it answers and there is a job to watch, less often than this
 * @param lostGrace a job that neither the queue nor the accounting knows is {@link JobState#LOST} after this
 * @param lostKeep a lost job is asked for again for so long
 */
public record WatchSettings(Duration minInterval, Duration maxInterval, Duration lostGrace, Duration lostKeep) {

    /** Between 0.5 s and 30 s; lost after two minutes, given up after a day. */
    public static final WatchSettings DEFAULT = new WatchSettings(
            Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofDays(1));

    /**
     * Checks the durations.
     *
     * @throws IllegalArgumentException if one is not positive, or the shortest interval is above the longest
     */
    public WatchSettings {
        positive("minInterval", minInterval);
        positive("lostGrace", lostGrace);
        positive("lostKeep", lostKeep);
        if (minInterval.compareTo(maxInterval) > 0) {
            throw new IllegalArgumentException(
                    "minInterval must not be above maxInterval, were %s and %s".formatted(minInterval, maxInterval));
        }
    }

    private static void positive(String what, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " must be positive, was " + value);
        }
    }

    /** The same with other intervals. */
    public WatchSettings withIntervals(Duration min, Duration max) {
        return new WatchSettings(min, max, lostGrace, lostKeep);
    }

    /** The same with another grace period. */
    public WatchSettings withLostGrace(Duration grace) {
        return new WatchSettings(minInterval, maxInterval, grace, lostKeep);
    }
}
