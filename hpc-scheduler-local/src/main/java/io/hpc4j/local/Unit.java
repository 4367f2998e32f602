package io.hpc4j.local;

/** One process of a running job. Guarded by the scheduler's lock. */
final class Unit {

    /** What is known of it. */
    enum State {
        /** Ordered, and not heard of since. */
        ORDERED,
        RUNNING,
        ENDED
    }

    final Run run;
    final String name;
    final int rank;
    final int node;
    final int localRank;
    final int localSize;
    State state = State.ORDERED;

    /** The connection to the node by which it was last ordered or heard of. */
    int session;

    Unit(Run run, int rank, int node, int localRank, int localSize) {
        this.run = run;
        this.name = run.job.id + "." + run.attempt + "." + rank;
        this.rank = rank;
        this.node = node;
        this.localRank = localRank;
        this.localSize = localSize;
    }
}
