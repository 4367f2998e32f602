package io.hpc4j.core;

import io.hpc4j.core.internal.Samples;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Measures our own calls of the scheduler. */
final class Metrics implements Samples {

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
            tell(
                    "hpc_scheduler_call_seconds",
                    (System.nanoTime() - begin) / NANOS,
                    Map.of("operation", operation, "outcome", outcome));
        }
    }

    @Override
    public void tell(String name, double value, Map<String, String> labels) {
        if (sinks.isEmpty()) {
            return;
        }
        Map<String, String> all = new HashMap<>(labels);
        all.put("cluster", cluster);
        MetricSample sample = new MetricSample(name, value, all, clock.instant());
        sinks.forEach(s -> s.deliver(sample));
    }
}
