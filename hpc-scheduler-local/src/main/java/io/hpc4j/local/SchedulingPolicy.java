package io.hpc4j.local;

import java.util.List;
import java.util.Optional;

/**
 * Chooses which jobs start. A pure function: the local cluster asks it with the real time, a simulation with its own.
 */
interface SchedulingPolicy {

    Decision decide(SchedulingView view);

    /**
     * What shall happen now.
     *
     * @param starts the jobs to start, each with its place; together they fit
     * @param reservation what is kept for the first job that must wait for resources
     */
    record Decision(List<Start> starts, Optional<Reservation> reservation) {}

    /** A job and its place. */
    record Start(WaitingJob job, Placement placement) {}

    /**
     * A promise to the first job that must wait.
     *
     * @param job the job
     * @param atMillis when it can start at the latest; {@link Long#MAX_VALUE} if nobody knows
     * @param placement where it would start then
     */
    record Reservation(WaitingJob job, long atMillis, Placement placement) {}
}
