package io.hpc4j.testkit;

/** A way in which a call to something outside this process can go wrong. */
public enum Fault {
    /** It fails, and nothing was done. */
    BEFORE,
    /** It was done, and the answer is lost. */
    AFTER,
    /** It was done in part, or half the answer arrives. */
    HALF,
    /** An earlier answer comes again. */
    STALE,
    /** It takes a while. */
    DELAY,
    /** It fails, and so do the next calls to the same place. */
    AWAY
}
