package io.hpc4j.local;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended.
 *
 * @param state one of the ended states
 * @param exit how its process ended; {@code null} if none ran
 * @param reason why, in words; {@code null} if there is nothing to say
 * @param startedMicros when the last attempt started, since 1970; 0 if none did
 * @param endedMicros when it ended, since 1970
 * @param placement where the last attempt ran; {@code null} if none did
 * @param usage what the last attempt used
 */
record JobEnd(
        JobState state,
        @Nullable ExitStatus exit,
        @Nullable String reason,
        long startedMicros,
        long endedMicros,
        @Nullable Placement placement,
        ResourceUsage usage) {

    /** Ended without having been started. */
    static JobEnd unstarted(JobState state, String reason, long endedMicros) {
        return new JobEnd(state, null, reason, 0, endedMicros, null, ResourceUsage.NONE);
    }
}
