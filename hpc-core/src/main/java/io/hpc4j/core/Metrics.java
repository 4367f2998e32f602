package io.hpc4j.core;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Measures our own calls of the scheduler. */
final class Metrics {

    private static final double NANOS = 1e9;

    private final String cluster;
    private final Clock clock;
    private final List<Delivery.Subscriber<MetricSample>> sinks;

    Metrics(String cluster, Clock clock, List<Delivery.Subscriber<MetricSample>> sinks) {
        this.cluster = cluster;
        this.clock = clock;
        this.sinks = List.copyOf(sinks);
    }

    /** Makes a call and tells its duration, as {@code hpc_scheduler_call_seconds}, and whether it succeeded. */
    <T> T timed(String operation, Supplier<T> call) {
        if (sinks.isEmpty()) {
            return call.get();
        }
        long begin = System.nanoTime();
        String outcome = "failure";
        try {
            T result = call.get();
            outcome = "success";
            return result;
        } finally {
            MetricSample sample = new MetricSample(
                    "hpc_scheduler_call_seconds",
                    (System.nanoTime() - begin) / NANOS,
                    Map.of("cluster", cluster, "operation", operation, "outcome", outcome),
                    clock.instant());
            sinks.forEach(s -> s.deliver(sample));
        }
    }
}
