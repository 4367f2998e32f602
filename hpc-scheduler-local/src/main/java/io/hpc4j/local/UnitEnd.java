package io.hpc4j.local;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a unit ended. When it is told, none of the unit's processes is left.
 *
 * @param startedAt when its process was made; equal to {@code endedAt} if it was stopped before that
 * @param exitCode 0 to 255, 0 if a signal ended it
 * @param signal number of the signal that ended it, 0 if none did
 * @param userTime used by the main process and the descendants it waited for, as {@code systemTime}
 * @param peakMemoryBytes of the largest single process among these
 * @param cgroupPeakBytes of all processes together, where the unit had a memory limit in a cgroup
 * @param outOfMemory whether the kernel killed a process of the unit for its memory limit
 * @param reason why the node ended it: the reason given to stop it, {@code walltime} or {@code memory}; empty if it
 *     ended by itself
 */
record UnitEnd(
        String unit,
        Instant startedAt,
        Instant endedAt,
        int exitCode,
        int signal,
        Duration userTime,
        Duration systemTime,
        long peakMemoryBytes,
        long readBytes,
        long writtenBytes,
        OptionalLong cgroupPeakBytes,
        boolean outOfMemory,
        Optional<String> reason) {}
