package io.hpc4j.core;

import java.time.Instant;
import java.util.Optional;

/**
 * A request that was about to be submitted, and what became of it.
 *
 * @param key the request's key, unique in its cluster
 * @param request what was asked for, if this process or an earlier one with the same store asked for it
 * @param id the job's id, once the scheduler has given one
 * @param job the last snapshot, once there is one
 * @param recordedAt when the key was recorded
 */
public record StoredJob(
        String key, Optional<JobRequest> request, Optional<JobId> id, Optional<Job> job, Instant recordedAt) {

    /** Whether it may still change: it has no id yet, or its job's end is not {@linkplain Job#isFinal final}. */
    public boolean isOpen() {
        return job.isEmpty() || !job.get().isFinal();
    }
}
