package io.hpc4j.core.spi;

import io.hpc4j.core.MetricsSink;
import java.util.Map;

/** Makes sinks of one kind; found by {@link java.util.ServiceLoader}. Creating a provider does no work. */
public interface MetricsSinkProvider {

    /** The name by which it is asked for, lower case: {@code prometheus}. */
    String id();

    /**
     * Makes a sink.
     *
     * @throws IllegalArgumentException if there is a setting that it does not know or cannot read
     */
    MetricsSink open(Map<String, String> settings);
}
