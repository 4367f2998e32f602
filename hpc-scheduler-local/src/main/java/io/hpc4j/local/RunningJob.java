package io.hpc4j.local;

/**
 * What a policy sees of a job that runs.
 *
 * @param job what it asked for
 * @param placement where it runs
 * @param endMillis when it ends at the latest; {@link Long#MAX_VALUE} if nobody knows
 */
record RunningJob(WaitingJob job, Placement placement, long endMillis) {}
