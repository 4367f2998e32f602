package io.hpc4j.local;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One queue.
 *
 * @param name its name
 * @param priority the order among queues, higher first
 * @param maxWalltime no job may ask for more; also the limit of jobs that ask for none
 * @param maxSlots no job may ask for more
 * @param maxRunning no more of its jobs run at once
 */
record QueueSettings(
        String name, int priority, Optional<Duration> maxWalltime, OptionalInt maxSlots, OptionalInt maxRunning) {

    static final QueueSettings DEFAULT =
            new QueueSettings("default", 0, Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
}
