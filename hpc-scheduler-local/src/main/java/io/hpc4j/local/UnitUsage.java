package io.hpc4j.local;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a live unit uses, all its processes together; empty where this machine does not tell.
 *
 * @param cpuTime used so far, with that of descendants that have ended
 * @param memoryBytes in use now
 * @param peakMemoryBytes the most seen so far
 * @param ioWait time spent waiting for disks
 * @param processes that live now
 */
record UnitUsage(
        String unit,
        Optional<Duration> cpuTime,
        OptionalLong memoryBytes,
        OptionalLong peakMemoryBytes,
        OptionalLong readBytes,
        OptionalLong writtenBytes,
        Optional<Duration> ioWait,
        int processes) {}
