package io.hpc4j.core.internal;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.util.Set;

/** Some value of each type that methods of the SPI take. */
final class Spares {

    private static final Set<Object> ALL = Set.of(
            JobRequest.command("true").build(),
            Job.builder(JobId.of("1"), JobState.RUNNING).build(),
            JobQuery.all(),
            ArrayRange.of(1, 2),
            JobId.of("1"));

    private Spares() {}

    static Object of(Class<?> type) {
        return ALL.stream()
                .filter(type::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("add a value of type " + type.getName()));
    }
}
