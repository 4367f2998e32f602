package io.hpc4j.core.spi;

import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a scheduler can tell of a job beyond its {@link io.hpc4j.core.Job snapshot}.
 *
 * @param request what the job asked for, if the scheduler keeps all of it
 * @param reasons why the job is where it is, the most important first
 * @param expectedStart when it will start as far as can be foreseen, if it waits
 */
public record Circumstances(Optional<JobRequest> request, List<Reason> reasons, Optional<Instant> expectedStart) {

    /** Nothing more is known. */
    public static final Circumstances NONE = new Circumstances(Optional.empty(), List.of(), Optional.empty());

    /** Copies the reasons. */
    public Circumstances {
        reasons = List.copyOf(reasons);
    }
}
