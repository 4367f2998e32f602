package io.hpc4j.core.spi;

import io.hpc4j.core.HpcException;
import io.hpc4j.core.JobId;

/** What became of one request among many. */
public sealed interface Submission {

    /**
     * The scheduler took it.
     *
     * @param id the new job
     */
    record Accepted(JobId id) implements Submission {}

    /**
     * It was not submitted or, after a transient exception, may have been.
     *
     * @param why what the scheduler said
     */
    record Failed(HpcException why) implements Submission {}
}
