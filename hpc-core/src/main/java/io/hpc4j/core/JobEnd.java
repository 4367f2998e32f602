package io.hpc4j.core;

import java.util.Optional;

/**
 * An end of a job, as a {@link JobStore} keeps it. A job that is put back into the queue after an end has another end, with
 * a higher {@link Job#attempt()}.
 *
 * @param position its place among the ends of the cluster: greater than that of every end recorded before
 * @param job the job as it ended
 * @param request what was asked for, if the store knows it
 * @param maybeSeen whether a listener that is told it may have been told it before: it did not return that time, since it
 *     threw an exception or its process was killed
 */
public record JobEnd(long position, Job job, Optional<JobRequest> request, boolean maybeSeen) {

    /** An end that was not told to anyone yet. */
    public static JobEnd of(long position, Job job, Optional<JobRequest> request) {
        return new JobEnd(position, job, request, false);
    }

    /** The same end, for a listener that may have been told it before. */
    public JobEnd withMaybeSeen() {
        return new JobEnd(position, job, request, true);
    }
}
