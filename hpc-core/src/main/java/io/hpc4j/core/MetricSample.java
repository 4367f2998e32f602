package io.hpc4j.core;

import java.time.Instant;
import java.util.Map;

/**
 * One measured number.
 *
 * @param name what was measured, with its unit, as Prometheus would name it: {@code hpc_scheduler_call_seconds}
 * @param value the number; finite
 * @param labels what it was measured of
 * @param at when
 */
public record MetricSample(String name, double value, Map<String, String> labels, Instant at) {

    /**
     * Copies the labels.
     *
     * @throws IllegalArgumentException if the name is not made of letters, digits, underscores and colons, or the
     *     value is not finite
     */
    public MetricSample {
        if (!name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
            throw new IllegalArgumentException(
                    "a metric's name has letters, digits, underscores and colons, was " + Text.quoted(name));
        }
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " must be a finite number, was " + value);
        }
        labels = Map.copyOf(labels);
    }
}
