package io.hpc4j.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A queue as its scheduler tells it.
 *
 * @param name its name
 * @param isDefault whether jobs go there that name no queue
 * @param isOpen whether it takes and starts jobs
 * @param rawState the scheduler's own word for that
 * @param priority its order among queues, higher first, where the scheduler has one
 * @param maxWalltime no job may ask for more
 * @param maxSlotsPerJob no job may ask for more
 * @param totalSlots slots of its nodes
 * @param pending how many of its jobs wait
 * @param running how many of its jobs run
 * @param nodes the names of its nodes
 */
public record QueueInfo(
        String name,
        boolean isDefault,
        boolean isOpen,
        String rawState,
        OptionalInt priority,
        Optional<Duration> maxWalltime,
        OptionalInt maxSlotsPerJob,
        int totalSlots,
        int pending,
        int running,
        List<String> nodes) {

    /** Copies the nodes. */
    public QueueInfo {
        nodes = List.copyOf(nodes);
    }
}
