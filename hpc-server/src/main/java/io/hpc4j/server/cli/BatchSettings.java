package io.hpc4j.server.cli;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a simulated batch is made of.
 *
 * @param jobs how many jobs, 1 to 10000
 * @param seed which numbers they draw; other ones each time if absent
 * @param failRate which part of them fails
 * @param workers how many at a time; as many as the cluster has room for if absent
 * @param folder where they write, as it was given
 */
record BatchSettings(int jobs, OptionalLong seed, double failRate, OptionalInt workers, String folder) {

    private static final int MOST = 10_000;

    BatchSettings {
        if (jobs < 1 || jobs > MOST) {
            throw new IllegalArgumentException("NUM_JOBS must be 1 to 10000, was " + jobs);
        }
        if (workers.isPresent() && workers.getAsInt() < 1) {
            throw new IllegalArgumentException("WORKERS must be at least 1, was " + workers.getAsInt());
        }
        if (folder.isBlank()) {
            throw new IllegalArgumentException("OUTPUT_DIR must name a folder");
        }
    }

    /** Reads the variables of the environment; what is empty counts as absent. */
    static BatchSettings from(Map<String, String> env) {
        return new BatchSettings(
                value(env, "NUM_JOBS")
                        .map(v -> (int) number("NUM_JOBS", v, Integer.MAX_VALUE))
                        .orElse(5),
                value(env, "SEED")
                        .map(v -> OptionalLong.of(number("SEED", v, Long.MAX_VALUE)))
                        .orElse(OptionalLong.empty()),
                value(env, "FAIL_RATE").map(BatchSettings::rate).orElse(0.0),
                value(env, "WORKERS")
                        .map(v -> OptionalInt.of((int) number("WORKERS", v, Integer.MAX_VALUE)))
                        .orElse(OptionalInt.empty()),
                value(env, "OUTPUT_DIR").orElse("outputs"));
    }

    private static Optional<String> value(Map<String, String> env, String name) {
        return Optional.ofNullable(env.get(name)).map(String::strip).filter(v -> !v.isEmpty());
    }

    private static long number(String name, String text, long most) {
        try {
            long value = Long.parseLong(text);
            if (value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number, was '" + text + "'", e);
        }
        throw new IllegalArgumentException("%s must be at most %d, was '%s'".formatted(name, most, text));
    }

    private static double rate(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("FAIL_RATE must be a number from 0 to 1, was '" + text + "'", e);
        }
    }

    BatchSettings withJobs(int other) {
        return new BatchSettings(other, seed, failRate, workers, folder);
    }
}
