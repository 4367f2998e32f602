package io.hpc4j.core.spi;

import io.hpc4j.core.HpcException;
import io.hpc4j.core.JobId;
import io.hpc4j.core.RejectedJobException;

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
    record Failed(HpcException why) implements Submission {

        /** A request that a check of the backend's own refused, such as {@link io.hpc4j.core.Payload#checkScript}. */
        public static Failed refused(IllegalArgumentException why) {
            return new Failed(new RejectedJobException(String.valueOf(why.getMessage()), why));
        }
    }
}
