package io.hpc4j.testkit;

import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobId;
import io.hpc4j.core.MetricSample;
import io.hpc4j.core.MetricsSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A sink that keeps everything it is told, for tests to look at. May be shared between threads. */
public final class RecordingSink implements MetricsSink {

    private final List<MetricSample> samples = new ArrayList<>();
    private final List<JobEvent> events = new ArrayList<>();
    private boolean closed;

    /** A sink that has been told nothing yet. */
    public RecordingSink() {}

    @Override
    public synchronized void accept(MetricSample sample) {
        samples.add(sample);
    }

    @Override
    public synchronized void accept(JobEvent event) {
        events.add(event);
    }

    /** All samples, in the order of their arrival. */
    public synchronized List<MetricSample> samples() {
        return List.copyOf(samples);
    }

    /** The samples of one metric, in the order of their arrival. */
    public synchronized List<MetricSample> samples(String name) {
        return samples.stream().filter(s -> s.name().equals(name)).toList();
    }

    /** All events, in the order of their arrival. */
    public synchronized List<JobEvent> events() {
        return List.copyOf(events);
    }

    /** The events of one job, in the order of their arrival. */
    public synchronized List<JobEvent> events(JobId job) {
        return events.stream().filter(e -> e.job().id().equals(job)).toList();
    }

    /**
     * Waits for an event, as sinks are told a little later than it happens; one that has arrived before counts too.
     *
     * @throws AssertionError if there is none in time
     */
    public JobEvent awaitEvent(Predicate<JobEvent> wanted, Duration limit) {
        return Eventually.until(
                        limit, "such event", this::events, all -> all.stream().anyMatch(wanted))
                .stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    /** Forgets what it was told. */
    public synchronized void clear() {
        samples.clear();
        events.clear();
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
