package io.hpc4j.core;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A node as its scheduler tells it.
 *
 * @param name its name
 * @param state whether it can run jobs
 * @param rawState the scheduler's own word for that
 * @param reason why it cannot, in the scheduler's own words
 * @param slots its slots
 * @param usedSlots slots given to jobs
 * @param memoryBytes its memory, in bytes
 * @param usedMemoryBytes memory given to jobs, in bytes
 * @param gpus its GPUs
 * @param usedGpus GPUs given to jobs
 * @param load its load average over a minute
 * @param queues the names of its queues
 */
public record NodeInfo(
        String name,
        State state,
        String rawState,
        Optional<String> reason,
        int slots,
        int usedSlots,
        OptionalLong memoryBytes,
        OptionalLong usedMemoryBytes,
        int gpus,
        int usedGpus,
        OptionalDouble load,
        List<String> queues) {

    /** Whether a node can run jobs. */
    public enum State {
        /** It runs jobs or could. */
        UP,
        /** It finishes its jobs and takes no new ones. */
        DRAINING,
        /** It does not answer, or was taken away. */
        DOWN,
        /** A word that this version does not know. */
        UNKNOWN
    }

    /** Copies the queues. */
    public NodeInfo {
        queues = List.copyOf(queues);
    }
}
