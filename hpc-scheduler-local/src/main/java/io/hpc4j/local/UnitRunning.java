package io.hpc4j.local;

import java.time.Instant;

/** A unit whose process has been made. */
record UnitRunning(String unit, long pid, Instant startedAt) {}
