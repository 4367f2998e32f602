package io.hpc4j.local;

import java.util.List;
import java.util.function.Supplier;

/**
 * All that a policy decides upon.
 *
 * @param nowMillis the time
 * @param waiting the jobs that could start, in order
 * @param queueRoom for each queue how many of its jobs may start, since it limits how many run
 * @param running the jobs that run; asked for only where needed
 * @param free what is free on the nodes; not to be changed
 */
record SchedulingView(
        long nowMillis,
        WaitingJobs waiting,
        List<Integer> queueRoom,
        Supplier<List<RunningJob>> running,
        FreeResources free) {}
