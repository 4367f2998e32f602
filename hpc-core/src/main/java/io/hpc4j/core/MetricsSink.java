package io.hpc4j.core;

/**
 * Takes what a cluster measures and what happens to its jobs. May be shared between threads. A sink that throws or is
 * slow harms no job and no other sink; what it does not take is lost to it.
 */
public interface MetricsSink extends AutoCloseable {

    /** Takes a measured number. */
    void accept(MetricSample sample);

    /** Takes a change of a job. */
    void accept(JobEvent event);

    /** Writes out what it holds back. */
    @Override
    default void close() {}
}
