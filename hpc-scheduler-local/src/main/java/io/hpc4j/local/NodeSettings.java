package io.hpc4j.local;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How nodes are started.
 *
 * @param cgroupRoot where the control groups of this machine are mounted
 * @param idleExit time without a controller and without units after which a node ends
 * @param patience longest wait for a node to start and to answer
 */
record NodeSettings(Path cgroupRoot, Duration idleExit, Duration patience) {

    static NodeSettings defaults() {
        return new NodeSettings(Path.of("/sys/fs/cgroup"), Duration.ofSeconds(10), Duration.ofSeconds(20));
    }
}
