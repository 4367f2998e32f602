package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.MetricSample;
import io.hpc4j.core.MetricsSink;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Counts how jobs end, and how long calls of the scheduler take. */
public final class OwnMetricsSink implements MetricsSink {

    private final Map<JobState, Integer> ends = new EnumMap<>(JobState.class);
    private int calls;

    /** Counts from zero. */
    public OwnMetricsSink() {}

    @Override
    public synchronized void accept(MetricSample sample) {
        if (sample.name().equals("hpc_scheduler_call_seconds")) {
            calls++;
        }
    }

    @Override
    public synchronized void accept(JobEvent event) {
        if (event.job().state().isEnded()) {
            ends.merge(event.job().state(), 1, Integer::sum);
            notifyAll();
        }
    }

    /** How many jobs ended in a state. */
    public synchronized int ends(JobState state) {
        return ends.getOrDefault(state, 0);
    }

    /** How many calls of the scheduler were made. */
    public synchronized int calls() {
        return calls;
    }

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        OwnMetricsSink sink = new OwnMetricsSink();
        try (Cluster cluster =
                Cluster.builder(args.length > 0 ? args[0] : "local:").sink(sink).connect()) {
            cluster.submit(JobRequest.command("true").build()).await(Duration.ofMinutes(1));
            cluster.submit(JobRequest.command("false").build()).await(Duration.ofMinutes(1));
        }
        System.out.println("completed " + sink.ends(JobState.COMPLETED) + ", failed " + sink.ends(JobState.FAILED));
    }
}
