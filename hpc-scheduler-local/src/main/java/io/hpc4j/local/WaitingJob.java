package io.hpc4j.local;

/** What a policy sees of a job that could start now. */
interface WaitingJob {

    /** The number of nodes it wants. */
    int nodes();

    /** The number of tasks over all its nodes, at least one for each. */
    int tasks();

    /** Slots for each task. */
    int cpusPerTask();

    /** Memory on each node, in bytes; 0 for none. */
    long memoryPerNode();

    /** GPUs on each node. */
    int gpusPerNode();

    /** Whether it wants its nodes for itself. */
    boolean exclusive();

    /** The most time it may run, in milliseconds; {@link Long#MAX_VALUE} without a limit. */
    long walltimeMillis();

    /** The index of its queue. */
    int queue();
}
