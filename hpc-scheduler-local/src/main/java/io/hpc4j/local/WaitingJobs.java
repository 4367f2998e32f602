package io.hpc4j.local;

import org.jspecify.annotations.Nullable;

/** The jobs that could start, in the order in which they are due. For one decision. */
interface WaitingJobs {

    /** The next one; {@code null} after the last. */
    @Nullable
    WaitingJob next();

    /** Leaves out what is still to come of a queue. */
    void skipQueue(int queue);
}
