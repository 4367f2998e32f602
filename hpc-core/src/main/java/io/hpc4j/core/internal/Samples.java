package io.hpc4j.core.internal;

import java.util.Map;

/** Takes measured numbers. */
@FunctionalInterface
public interface Samples {

    /** Takes one; the cluster is added to its labels. */
    void tell(String name, double value, Map<String, String> labels);
}
