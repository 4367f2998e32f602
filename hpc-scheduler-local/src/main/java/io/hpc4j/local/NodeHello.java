package io.hpc4j.local;

import java.time.Instant;

/**
 * What a node says of itself when it is connected to.
 *
 * @param bootId names the time between two starts of this machine
 * @param limitsMemory whether memory limits of units are enforced here
 */
record NodeHello(String node, long pid, String bootId, Instant startedAt, boolean limitsMemory) {}
