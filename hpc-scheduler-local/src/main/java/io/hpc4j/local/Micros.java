package io.hpc4j.local;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Instants as microseconds since 1970, which is how nodes tell them. */
final class Micros {

    private Micros() {}

    static long of(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static Duration between(long from, long to) {
        return Duration.of(Math.max(0, to - from), ChronoUnit.MICROS);
    }
}
